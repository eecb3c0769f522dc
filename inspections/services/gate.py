"""亮证、扫码入企、评价: what the unit learns at its gate, and what it may say afterwards."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.models import (
    Assignment,
    GateScan,
    VisitNotice,
    VisitObjection,
    VisitRating,
)
from inspections.permissions import VIEW_RATINGS
from inspections.rules import rating_code
from inspections.services.assignment_facts import assignment_facts
from inspections.services.assignments import require_team
from registry.choices import BureauRole, DeadlineKind
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import close_deadline, start_deadline
from registry.item_lists.rules.legal_basis import bases_in_force
from registry.item_lists.selectors import as_basis
from registry.models import CheckLedgerEntry, InspectionItem
from registry.permissions import require
from registry.rules.one_time_code import code_from
from registry.rules.quarter import Quarter
from registry.rules.texts import checked_text
from registry.rules.violations import NotAllowed, RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import record_event

AT_THE_GATE = frozenset({"dispatched", "accepted", "inspecting"})
AFTERWARDS = frozenset({"submitted", "returned", "approved"})
OPEN_FOR = timedelta(days=90)  # how long after the visit it can be rated


class GateClosed(RuleViolation):
    code = "gate_closed"


class CodeRefused(RuleViolation):
    code = "code_refused"


@transaction.atomic
def show_notice(*, assignment: Assignment, actor: Any, now: datetime) -> VisitNotice:
    """The notice a member of the team holds out; the first time it gets its address."""
    require_team(assignment, actor)
    notice, created = VisitNotice.objects.get_or_create(
        assignment=assignment, defaults={"token": secrets.token_urlsafe(16), "made_at": now}
    )
    if created:
        record_event(action="notice.made", actor=actor, obj=notice)
    return notice


def note_scan(*, notice: VisitNotice, device: str, now: datetime) -> GateScan:
    """Every scan is kept."""
    return GateScan.objects.create(notice=notice, at=now, device=device[:200])


@dataclass(frozen=True)
class Shown:
    """What the holder of the code sees. ``team``: role, name and, while the visit lasts, certificate."""

    notice: VisitNotice
    unit: str
    number: str
    source: str
    reason: str
    items: list[dict[str, Any]]
    team: list[dict[str, str]]
    visits: int
    cap: int
    counts: bool
    void: bool
    at_the_gate: bool
    can_rate: bool


def shown(notice: VisitNotice, *, now: datetime) -> Shown:
    """Numbers of certificates are shown as long as they have to be shown: until the record is in."""
    assignment, today = notice.assignment, timezone.localdate(now)
    facts = assignment_facts(assignment, day=today)
    at_the_gate = assignment.state in AT_THE_GATE
    day = timezone.localdate(assignment.started_at) if assignment.started_at else today
    team = [
        {**member, "certificate": member["certificate"] if at_the_gate else ""}
        for member in facts["team"]
    ]
    unit = assignment.unit
    visits = CheckLedgerEntry.objects.visits_in_year(today.year).of_unit(unit)
    return Shown(
        notice=notice,
        unit=unit.display_name,
        number=assignment.number,
        source=facts["check_source"],
        reason=facts["reason"],
        items=[
            {"name": item.name, "bases": _bases(item, day)}
            for item in assignment.inspection_items.prefetch_related("bases")
        ],
        team=team,
        visits=visits.count(),
        cap=bureau_setting("yearly_cap"),
        counts=_counts(assignment),
        void=assignment.state in ("replaced", "cancelled"),
        at_the_gate=at_the_gate,
        can_rate=_open(notice, now=now),
    )


def _bases(item: InspectionItem, day: date) -> list[str]:
    """Those in force on the day of the visit, as the record will name them."""
    rows = bases_in_force([as_basis(row) for row in item.bases.all()], day)
    return [f"《{row.title}》{row.article}" for row in rows]


def _counts(assignment: Assignment) -> bool:
    """Whether this visit uses up one of the year's; plain words for the unit."""
    from inspections.services.review import cap_exemption

    return not cap_exemption(assignment)


def _open(notice: VisitNotice, *, now: datetime) -> bool:
    submitted = notice.assignment.submitted_at
    return (
        notice.assignment.state in AFTERWARDS
        and submitted is not None
        and now <= submitted + OPEN_FOR
    )


@transaction.atomic
def take_code(*, notice_id: int, now: datetime) -> str:
    """The one-time code, to whoever asks first; it is shown once and kept as a hash."""
    notice = VisitNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if not _open(notice, now=now):
        raise GateClosed(_("检查结束后方可评价，检查结束满90天后不再受理。"))
    if notice.code_hash:
        raise CodeRefused(_("评价码已被领取。如非贵单位领取或已遗失，请拨打举报电话说明情况。"))
    code = code_from(secrets.token_bytes(64), rating_code.LENGTH)
    notice.code_hash = rating_code.code_hash(code, token=notice.token)
    notice.code_taken_at = now
    notice.save(update_fields=["code_hash", "code_taken_at"])
    record_event(action="notice.code_taken", obj=notice)
    return code


def check_code(*, notice_id: int, typed: str) -> VisitNotice:
    """The notice, if the code is its own; after five wrong ones it answers no more."""
    with transaction.atomic():
        notice = VisitNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
        locked = notice.wrong_codes >= rating_code.MOST_WRONG
        if not locked and rating_code.fits(typed, token=notice.token, stored=notice.code_hash):
            return notice
        if not locked:
            VisitNotice.objects.filter(pk=notice.pk).update(wrong_codes=F("wrong_codes") + 1)
    if locked:
        raise CodeRefused(_("评价码输错次数过多，已停用，请拨打举报电话说明情况。"), field="code")
    raise CodeRefused(_("评价码不对，请核对后重新输入。"), field="code")


def give_feedback(
    *,
    notice_id: int,
    code: str,
    conduct: int,
    lawful: int,
    honest: int,
    comment: str,
    objection: str,
    now: datetime,
) -> None:
    """Rate the visit and object to it, once. The rating goes in without unit, team or time; nothing
    in the trail says when it came, because the time alone would tell whose it is."""
    check_code(notice_id=notice_id, typed=code)
    comment = checked_text(
        comment, label=_("意见和建议"), field="comment", limit=500, required=False
    )
    objection = checked_text(
        objection, label=_("异议"), field="objection", limit=2000, required=False
    )
    with transaction.atomic():
        notice = VisitNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
        if notice.used:
            raise CodeRefused(_("该评价码已经使用，每次检查只能评价一次。"), field="code")
        if not _open(notice, now=now):
            raise GateClosed(_("检查结束满90天后不再受理。"))
        VisitRating.objects.create(
            quarter=str(Quarter.of(timezone.localdate(notice.assignment.submitted_at))),
            check_source=notice.assignment.check_source,
            conduct=conduct,
            lawful=lawful,
            honest=honest,
            comment=comment,
        )
        notice.used = True
        notice.save(update_fields=["used"])
        if objection:
            _object(notice, objection, now)


def _object(notice: VisitNotice, text: str, now: datetime) -> None:
    row = VisitObjection.objects.create(notice=notice, text=text, at=now)
    calendar, days = work_calendar(), bureau_setting("objection_working_days")
    today = timezone.localdate(now)
    start_deadline(
        kind=DeadlineKind.ANSWER_OBJECTION,
        subject=f"objection:{row.pk}",
        label=notice.assignment.number,
        link="/inspections/ratings/",
        started_on=today,
        due_on=calendar.add(today, days),
        working_days=days,
        basis="本局设定：答复企业异议时限",
        role=BureauRole.DIRECTOR,
        calendar=calendar,
    )
    record_event(action="objection.received", obj=row, label=notice.assignment.number)


@transaction.atomic
def answer_objection(*, objection_id: int, text: str, actor: Any, now: datetime) -> VisitObjection:
    """The answer, by somebody who oversees and was not of the team."""
    require(actor, VIEW_RATINGS)
    row = VisitObjection.objects.select_for_update(of=("self",)).get(pk=objection_id)
    if row.notice.assignment.team.filter(inspector__user=actor).exists():
        raise NotAllowed(_("检查组成员不能办理对本次检查的异议。"))
    if row.answer:
        raise GateClosed(_("该异议已经答复。"))
    row.answer = checked_text(text, label=_("答复"), field="answer", limit=2000)
    row.answered_by, row.answered_at = actor, now
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    close_deadline(kind=DeadlineKind.ANSWER_OBJECTION, subject=f"objection:{row.pk}", now=now)
    record_event(
        action="objection.answered", actor=actor, obj=row, label=row.notice.assignment.number
    )
    return row
