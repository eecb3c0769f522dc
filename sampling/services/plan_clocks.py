"""The days that an announcement promises: drawn by, revealed by (chanji-draw/2 §2). With a clock
each, no plan fades away unseen."""

from datetime import date, datetime

from django.utils import timezone

from registry.choices import BureauRole, DeadlineKind, DeadlineState
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import close_deadline, start_deadline
from sampling.models import Draw

BASIS = "抽取公告；chanji-draw/2 §2"


def _subject(draw: Draw) -> str:
    return f"draw:{draw.pk}"


def start_draw_clock(draw: Draw) -> None:
    """Frozen and announced: the planner holds the draw by the announced day."""
    start_deadline(
        kind=DeadlineKind.HOLD_DRAW,
        subject=_subject(draw),
        label=str(draw.plan),
        link=f"/plans-desk/{draw.plan.number}/draw/",
        started_on=timezone.localdate(draw.frozen_at),
        due_on=date.fromisoformat(draw.announcement["draw_by"]),
        basis=BASIS,
        role=BureauRole.PLANNER,
        calendar=work_calendar(),
    )


def start_reveal_clock(draw: Draw, *, now: datetime) -> None:
    """Drawn: a leader sees to it that everything is revealed by the announced day."""
    close_deadline(kind=DeadlineKind.HOLD_DRAW, subject=_subject(draw), now=now)
    start_deadline(
        kind=DeadlineKind.REVEAL_PROOF,
        subject=_subject(draw),
        label=str(draw.plan),
        link=f"/plans-desk/{draw.plan.number}/",
        started_on=timezone.localdate(now),
        due_on=date.fromisoformat(draw.announcement["reveal_by"]),
        basis=BASIS,
        role=BureauRole.DIRECTOR,
        calendar=work_calendar(),
    )


def stop_reveal_clock(draw: Draw, *, now: datetime) -> None:
    close_deadline(kind=DeadlineKind.REVEAL_PROOF, subject=_subject(draw), now=now)


def cancel_clocks(draw: Draw, *, now: datetime) -> None:
    """Withdrawn or void: what was announced is no longer to come."""
    for kind in (DeadlineKind.HOLD_DRAW, DeadlineKind.REVEAL_PROOF):
        close_deadline(kind=kind, subject=_subject(draw), now=now, state=DeadlineState.CANCELLED)
