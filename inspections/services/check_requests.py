"""检查申请: a check outside the draw is proposed by one person and approved by another (domain rules §4, §5).

It follows a clue (定向检查), or is of other origin: construction projects, permit follow-up, patrol,
campaigns, joint and daily checks. Same record as every other check. Without a clue an urgent one goes
out at once and its approval is due within the stated time.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import CLUE_SOURCES, OTHER_SOURCES, CheckRequestState, ClueState
from inspections.models import Assignment, CheckRequest
from inspections.permissions import APPROVE_CHECK_REQUEST, HANDLE_CLUES, PROPOSE_CHECK_REQUEST
from inspections.rules.clue_state import check_on_site
from inspections.rules.repeat_visits import officers_again
from inspections.services.assignments import locked, move
from inspections.services.clues import locked_clue, move_clue
from inspections.services.dispatch_outside_draw import check_people, send_out
from inspections.services.repeat_visits import limits, visits_to
from registry.choices import (
    BureauRole,
    CapExemptionKind,
    CheckSource,
    ClueKind,
    DeadlineKind,
    DeadlineState,
    SourceKind,
)
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.services.deadlines import close_deadline, notify, start_deadline
from registry.models import InspectionItem, Inspector, PollutionSource
from registry.permissions import require, require_other_person
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import record_event

LONGEST = timedelta(days=92)
AFTER_CLUE, OF_OTHER_ORIGIN = "DX", "ZX"  # what the number of the assignment begins with
PAGE = "/inspections/checks/"
CLOCKS = (DeadlineKind.ACCEPT_ASSIGNMENT, DeadlineKind.FINISH_INSPECTION)


class BadCheckRequest(RuleViolation):
    code = "bad_check_request"
    basis = "实施方案 二（一）"


class CheckRequestDecided(RuleViolation):
    code = "check_request_decided"
    basis = "实施方案 二（一）"


# --- proposed ----------------------------------------------------------------------------------


@transaction.atomic
def propose_clue_check(
    *,
    clue_id: int,
    reason_kind: str,
    reason: str,
    items: Sequence[InspectionItem],
    lead: Inspector,
    members: Sequence[Inspector],
    due_on: date,
    actor: Any,
    now: datetime,
    urgent: bool = False,
) -> CheckRequest:
    """A clue goes on site; refused without a typed reason, or while it was not looked at off-site
    although it can be."""
    require(actor, HANDLE_CLUES)
    clue = locked_clue(clue_id)
    exemption = check_on_site(
        state=clue.state, remote_possible=clue.remote_possible, kind=reason_kind, reason=reason
    )
    reason = checked_text(reason, label=_("转现场理由"), field="reason", limit=300)
    if clue.source is None:
        raise BadCheckRequest(_("线索尚未对应到名录中的单位，不能转为定向检查。"))
    _check_work(items, due_on, timezone.localdate(now))
    team = _team(lead, members)
    check_people(team, clue.source, due_on)
    move_clue(clue, ClueState.REQUESTED)
    return _propose(
        team,
        items,
        clue=clue,
        source=clue.source.standing,
        check_source=CLUE_SOURCES[ClueKind(clue.kind)],
        reason_kind=reason_kind,
        reason=reason,
        cap_exemption=exemption,
        urgent=urgent or clue.urgent,
        due_on=due_on,
        proposed_by=actor,
        proposed_at=now,
    )


@transaction.atomic
def propose_check(
    *,
    source: PollutionSource,
    check_source: str,
    reason: str,
    items: Sequence[InspectionItem],
    lead: Inspector,
    members: Sequence[Inspector],
    due_on: date,
    actor: Any,
    now: datetime,
    calendar: WorkCalendar,
    urgent: bool = False,
    departments: str = "",
    cap_exemption: str = "",
    repeat_reason: str = "",
) -> CheckRequest:
    """A check no clue asked for; an urgent one goes out at once and its approval is due afterwards."""
    require(actor, PROPOSE_CHECK_REQUEST)
    today, departments = timezone.localdate(now), departments.strip()
    _check_kind(source, check_source, departments)
    _check_exemption(cap_exemption, urgent=urgent)
    _check_work(items, due_on, today)
    team = _team(lead, members)
    check_people(team, source, today)
    row = _propose(
        team,
        items,
        source=source,
        check_source=check_source,
        reason=checked_text(reason, label=_("检查事由"), field="reason", limit=300),
        departments=departments,
        cap_exemption=cap_exemption,
        repeat_reason=_repeat_reason(source, team, repeat_reason, today),
        urgent=urgent,
        due_on=due_on,
        proposed_by=actor,
        proposed_at=now,
    )
    if urgent:
        _go_first(row, now=now, calendar=calendar)
    return row


def _check_kind(source: PollutionSource, check_source: str, departments: str) -> None:
    if check_source not in OTHER_SOURCES:
        raise BadCheckRequest(_("请选择检查来源。"), field="check_source")
    if check_source == CheckSource.CONSTRUCTION and source.kind != SourceKind.CONSTRUCTION:
        raise BadCheckRequest(_("建设项目检查只能选择名录中的建设项目。"), field="source")
    if check_source == CheckSource.PERMIT_FOLLOW_UP and not source.permit_number:
        raise BadCheckRequest(_("证后核查的单位须有排污许可证编号。"), field="source")
    if check_source == CheckSource.JOINT and not departments:
        raise BadCheckRequest(_("联合检查须写明联合部门。"), field="departments")


def _check_exemption(kind: str, *, urgent: bool) -> None:
    if kind and kind not in CapExemptionKind.values:
        raise BadCheckRequest(_("请选择频次豁免的类别。"), field="cap_exemption")
    if urgent and kind not in ("", CapExemptionKind.URGENT):
        raise BadCheckRequest(_("紧急检查的频次豁免只能为“紧急”。"), field="cap_exemption")


def _check_work(items: Sequence[InspectionItem], due_on: date, today: date) -> None:
    if not items:
        raise BadCheckRequest(_("请至少选择一个检查事项。"), field="items")
    if not today <= due_on <= today + LONGEST:
        raise BadCheckRequest(_("完成期限应在今天起三个月以内。"), field="due_on")


def _repeat_reason(
    source: PollutionSource, team: Sequence[Inspector], text: str, today: date
) -> str:
    """Asked for only where one of the officers was there again and again for nothing."""
    again = officers_again(
        visits_to(source),
        day=today,
        team=frozenset(person.code for person in team),
        limits=limits(),
    )
    return checked_text(
        text,
        label=_("同一执法人员再次检查该单位的理由"),
        field="repeat_reason",
        limit=300,
        required=bool(again),
    )


def _team(lead: Inspector, members: Sequence[Inspector]) -> list[Inspector]:
    return [lead, *(row for row in members if row.pk != lead.pk)]


def _propose(
    team: Sequence[Inspector], items: Sequence[InspectionItem], **fields: Any
) -> CheckRequest:
    row = CheckRequest.objects.create(lead=team[0], **fields)
    row.items.set(items)
    row.members.set(team[1:])
    record_event(action="check_request.proposed", actor=row.proposed_by, obj=row, reason=row.reason)
    return row


def _go_first(row: CheckRequest, *, now: datetime, calendar: WorkCalendar) -> None:
    """紧急: the team goes now; the approval is made up for within the bureau's days."""
    row.assignment = _dispatch(row, now=now, calendar=calendar)
    row.save(update_fields=["assignment"])
    today, days = timezone.localdate(now), bureau_setting("urgent_approval_working_days")
    start_deadline(
        kind=DeadlineKind.APPROVE_URGENT,
        subject=f"check_request:{row.pk}",
        label=row.assignment.number,
        link=PAGE,
        started_on=today,
        due_on=calendar.add(today, days),
        working_days=days,
        basis="本局设定：紧急检查补办审批时限",
        role=BureauRole.DIRECTOR,
        calendar=calendar,
    )


# --- sent out ----------------------------------------------------------------------------------


def _dispatch(row: CheckRequest, *, now: datetime, calendar: WorkCalendar) -> Assignment:
    if row.due_on < timezone.localdate(now):
        raise BadCheckRequest(_("完成期限已过，请不予批准并请申请人重新申请。"))
    assignment = send_out(
        prefix=AFTER_CLUE if row.clue else OF_OTHER_ORIGIN,
        check_source=row.check_source,
        source=row.source,
        reason=_reason_told(row),
        team=[row.lead, *row.members.order_by("code")],
        due_on=row.due_on,
        urgent=row.urgent,
        now=now,
        calendar=calendar,
    )
    if row.repeat_reason:
        assignment.repeat_reason = row.repeat_reason
        assignment.save(update_fields=["repeat_reason"])
    record_event(action="assignment.requested", obj=assignment)
    return assignment


def _reason_told(row: CheckRequest) -> str:
    """What the team reads as the reason of its assignment."""
    if row.clue:
        return _("%(kind)s线索核查：%(reason)s") % {
            "kind": row.clue.get_kind_display(),
            "reason": row.reason[:250],
        }
    return row.reason + (f"（{row.departments}）" if row.departments else "")


# --- decided -----------------------------------------------------------------------------------


@transaction.atomic
def decide_check_request(
    *,
    request_id: int,
    approve: bool,
    reason: str,
    actor: Any,
    now: datetime,
    calendar: WorkCalendar,
) -> CheckRequest:
    """Approve, and the assignment goes out; refuse, and the clue goes back to where it came from.

    Of an urgent one that went first the approval is made up for, or refused with a reason that
    stays with its record.
    """
    require(actor, APPROVE_CHECK_REQUEST)
    reason = checked_text(
        reason, label=_("批准意见"), field="reason", limit=300, required=not approve
    )
    row = CheckRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if row.state != CheckRequestState.PROPOSED:
        raise CheckRequestDecided(_("该申请已处理，请刷新页面。"))
    require_other_person(actor, row.proposed_by, message=_("申请人不能批准自己提出的检查。"))
    if approve and row.assignment is None:
        row.assignment = _dispatch(row, now=now, calendar=calendar)
    row.state = CheckRequestState.APPROVED if approve else CheckRequestState.REJECTED
    row.decided_by, row.decided_at, row.decision_reason = actor, now, reason
    row.save()
    if row.clue_id is not None:
        _move_its_clue(row.clue_id, approve=approve)
    if not approve and row.assignment is not None:
        _cancel(row.assignment.pk, reason=reason, actor=actor, now=now)
    close_deadline(kind=DeadlineKind.APPROVE_URGENT, subject=f"check_request:{row.pk}", now=now)
    _tell_proposer(row)
    record_event(action=f"check_request.{row.state}", actor=actor, obj=row, reason=reason)
    return row


def _move_its_clue(clue_id: int, *, approve: bool) -> None:
    clue = locked_clue(clue_id)
    refused = ClueState.REMOTE_CHECKED if clue.remote_at else ClueState.VERIFIED
    move_clue(clue, ClueState.TARGETED if approve else refused)


def _cancel(assignment_id: int, *, reason: str, actor: Any, now: datetime) -> None:
    """The urgent check ends here: no result, no line in the ledger, no problem; its record stays."""
    assignment = locked(assignment_id)
    move(assignment, "cancelled")
    subjects = [(kind, f"assignment:{assignment.pk}") for kind in CLOCKS]
    subjects += [
        (DeadlineKind.REVIEW_RECORD, f"version:{pk}")
        for pk in assignment.versions.values_list("pk", flat=True)
    ]
    for kind, subject in subjects:
        close_deadline(kind=kind, subject=subject, now=now, state=DeadlineState.CANCELLED)
    notify(
        users=assignment.team_users(),
        key=f"assignment:{assignment.pk}:cancelled",
        text=_("%(number)s 补办审批未获批准，任务已取消：%(reason)s")
        % {"number": assignment.number, "reason": reason},
        level="warning",
        link=f"/inspections/{assignment.public_id}/",
    )
    record_event(action="assignment.cancelled", actor=actor, obj=assignment, reason=reason)


def _tell_proposer(row: CheckRequest) -> None:
    state = row.get_state_display()
    if row.clue:
        text = _("线索 %(clue)s 的定向检查申请%(state)s。") % {
            "clue": row.clue.number,
            "state": state,
        }
    else:
        text = _("%(source)s申请（%(code)s）%(state)s。") % {
            "source": row.get_check_source_display(),
            "code": row.source.code,
            "state": state,
        }
    notify(
        users=[row.proposed_by],
        key=f"check_request:{row.pk}:{row.state}",
        text=text,
        level="info",
        link=f"/inspections/clues/{row.clue_id}/" if row.clue else PAGE,
    )
