"""The proof becomes public by itself once the last result of a plan is out (chanji-draw/2 §7)."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from registry.choices import BureauRole
from registry.clocks.services.deadlines import notify
from registry.models import CheckLedgerEntry
from sampling.choices import DrawState
from sampling.models import Draw
from sampling.services.proofs import NotYetComplete, RevealNeedsReason, reveal_plan


def reveal_complete_plans(*, now: datetime) -> int:
    """How many were revealed. A plan that needs a leader's reason is told to the leaders, once."""
    return sum(_reveal(draw, now) for draw in _ripe_draws())


def _ripe_draws() -> list[Draw]:
    """Approved draws that look complete from the outside: by counts, without opening a list."""
    ripe = []
    draws = Draw.objects.filter(state=DrawState.APPROVED).exclude(waves__dispatched_at=None)
    for draw in draws.select_related("plan"):
        marks = CheckLedgerEntry.objects.filter(plan_number=draw.plan.number)
        done = marks.exclude(disclosure="").count()
        if done == marks.count() and done >= sum(line["quota"] for line in draw.quotas):
            ripe.append(draw)
    return ripe


def _reveal(draw: Draw, now: datetime) -> bool:
    try:
        reveal_plan(number=draw.plan.number, actor=None, now=now)
    except NotYetComplete:
        return False
    except RevealNeedsReason as refusal:
        leaders = get_user_model().objects.filter(
            is_active=True, groups__name=str(BureauRole.DIRECTOR.label)
        )
        notify(
            users=leaders,
            key=f"draw:{draw.pk}:reveal",
            text=_("%(plan)s可以公开复核材料，但需局领导写明理由：%(message)s")
            % {"plan": draw.plan, "message": refusal.message},
            level="warning",
            link=f"/plans-desk/{draw.plan.number}/reveal/",
        )
        return False
    return True
