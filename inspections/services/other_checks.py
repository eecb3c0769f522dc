"""抽查外检查: construction projects, permit follow-up, patrol, campaigns, joint and daily checks (domain rules §4).

Same record as every other check, a source of their own; approved beforehand, or within the stated time
afterwards where it is urgent; counted against the yearly cap unless a typed exemption says why not.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import OTHER_SOURCES, TargetedState
from inspections.models import Assignment, JointVisit, OtherCheck
from inspections.permissions import APPROVE_OTHER_CHECK, PROPOSE_OTHER_CHECK
from inspections.rules.repeat_visits import officers_again
from inspections.services.assignments import locked, move
from inspections.services.outside_draw import check_people, send_out
from inspections.services.repeat_visits import limits, visits_to
from registry.choices import (
    BureauRole,
    CapExemptionKind,
    CheckSource,
    DeadlineKind,
    DeadlineState,
    SourceKind,
)
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.services.deadlines import close_deadline, notify, start_deadline
from registry.models import InspectionItem, Inspector, PollutionSource
from registry.permissions import require, require_other_person
from registry.querysets import about
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import record_event

LONGEST = timedelta(days=92)
PREFIX = "ZX"


class BadOtherCheck(RuleViolation):
    code = "bad_other_check"
    basis = "实施方案 二（一）"


class OtherCheckDecided(RuleViolation):
    code = "other_check_decided"


def _check_kind(source: PollutionSource, check_source: str, departments: str) -> None:
    if check_source not in OTHER_SOURCES:
        raise BadOtherCheck(_("请选择检查来源。"), field="check_source")
    if check_source == CheckSource.CONSTRUCTION and source.kind != SourceKind.CONSTRUCTION:
        raise BadOtherCheck(_("建设项目检查只能选择名录中的建设项目。"), field="source")
    if check_source == CheckSource.PERMIT_FOLLOW_UP and not source.permit_number:
        raise BadOtherCheck(_("证后核查的单位须有排污许可证编号。"), field="source")
    if check_source == CheckSource.JOINT and not departments:
        raise BadOtherCheck(_("联合检查须写明联合部门。"), field="departments")


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


@transaction.atomic
def propose_other_check(
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
) -> OtherCheck:
    """Ask for the check; an urgent one goes out at once and its approval is due afterwards."""
    require(actor, PROPOSE_OTHER_CHECK)
    today, departments = timezone.localdate(now), departments.strip()
    _check_kind(source, check_source, departments)
    if cap_exemption and cap_exemption not in CapExemptionKind.values:
        raise BadOtherCheck(_("请选择频次豁免的类别。"), field="cap_exemption")
    if urgent and cap_exemption not in ("", CapExemptionKind.URGENT):
        raise BadOtherCheck(_("紧急检查的频次豁免只能为“紧急”。"), field="cap_exemption")
    if not items:
        raise BadOtherCheck(_("请至少选择一个检查事项。"), field="items")
    if not today <= due_on <= today + LONGEST:
        raise BadOtherCheck(_("完成期限应在今天起三个月以内。"), field="due_on")
    others = [row for row in members if row.pk != lead.pk]
    check_people([lead, *others], source, today)
    row = OtherCheck.objects.create(
        source=source,
        check_source=check_source,
        reason=checked_text(reason, label=_("检查事由"), field="reason", limit=300),
        departments=departments,
        cap_exemption=cap_exemption,
        repeat_reason=_repeat_reason(source, [lead, *others], repeat_reason, today),
        lead=lead,
        urgent=urgent,
        due_on=due_on,
        proposed_by=actor,
        proposed_at=now,
    )
    row.items.set(items)
    row.members.set(others)
    record_event(action="other_check.proposed", actor=actor, obj=row, reason=row.reason)
    if urgent:
        _go_first(row, now=now, calendar=calendar)
    return row


def _go_first(row: OtherCheck, *, now: datetime, calendar: WorkCalendar) -> None:
    """紧急: the team goes now; the approval is made up for within the bureau's days."""
    row.assignment = _dispatch(row, now=now, calendar=calendar)
    row.save(update_fields=["assignment"])
    today, days = timezone.localdate(now), bureau_setting("urgent_approval_working_days")
    start_deadline(
        kind=DeadlineKind.APPROVE_URGENT,
        subject=f"other_check:{row.pk}",
        label=row.assignment.number,
        link="/inspections/checks/",
        started_on=today,
        due_on=calendar.add(today, days),
        working_days=days,
        basis="本局设定：紧急检查补办审批时限",
        role=BureauRole.DIRECTOR,
        calendar=calendar,
    )


def _dispatch(row: OtherCheck, *, now: datetime, calendar: WorkCalendar) -> Assignment:
    assignment = send_out(
        prefix=PREFIX,
        check_source=row.check_source,
        source=row.source,
        reason=row.reason + (f"（{row.departments}）" if row.departments else ""),
        team=[row.lead, *row.members.order_by("code")],
        due_on=row.due_on,
        urgent=row.urgent,
        now=now,
        calendar=calendar,
    )
    if row.repeat_reason:
        assignment.repeat_reason = row.repeat_reason
        assignment.save(update_fields=["repeat_reason"])
    record_event(action="assignment.other_check", obj=assignment)
    return assignment


@transaction.atomic
def decide_other_check(
    *,
    check_id: int,
    approve: bool,
    reason: str,
    actor: Any,
    now: datetime,
    calendar: WorkCalendar,
) -> OtherCheck:
    """Approve, and the assignment goes out; of an urgent one that went first the approval is made up
    for, or refused with a reason that stays with its record."""
    require(actor, APPROVE_OTHER_CHECK)
    reason = checked_text(
        reason, label=_("批准意见"), field="reason", limit=300, required=not approve
    )
    row = OtherCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
    if row.state != TargetedState.PROPOSED:
        raise OtherCheckDecided(_("该申请已处理，请刷新页面。"))
    require_other_person(actor, row.proposed_by, message=_("申请人不能批准自己提出的检查。"))
    if approve and row.assignment is None:
        if row.due_on < timezone.localdate(now):
            raise BadOtherCheck(_("完成期限已过，请不予批准并请申请人重新申请。"))
        row.assignment = _dispatch(row, now=now, calendar=calendar)
    row.state = TargetedState.APPROVED if approve else TargetedState.REJECTED
    row.decided_by, row.decided_at, row.decision_reason = actor, now, reason
    row.save()
    if not approve and row.assignment is not None:
        _cancel(row.assignment_id, reason=reason, actor=actor, now=now)
    close_deadline(kind=DeadlineKind.APPROVE_URGENT, subject=f"other_check:{row.pk}", now=now)
    notify(
        users=[row.proposed_by],
        key=f"other_check:{row.pk}:{row.state}",
        text=_("%(source)s申请（%(code)s）%(state)s。")
        % {
            "source": row.get_check_source_display(),
            "code": row.source.code,
            "state": row.get_state_display(),
        },
        level="info",
        link="/inspections/checks/",
    )
    record_event(
        action="other_check.approved" if approve else "other_check.rejected",
        actor=actor,
        obj=row,
        reason=reason,
    )
    return row


CLOCKS = (DeadlineKind.ACCEPT_ASSIGNMENT, DeadlineKind.FINISH_INSPECTION)


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
    team = assignment.team.filter(left_at=None, inspector__user__isnull=False)
    notify(
        users=[member.inspector.user for member in team.select_related("inspector__user")],
        key=f"assignment:{assignment.pk}:cancelled",
        text=_("%(number)s 补办审批未获批准，任务已取消：%(reason)s")
        % {"number": assignment.number, "reason": reason},
        level="warning",
        link=f"/inspections/{assignment.public_id}/",
    )
    record_event(action="assignment.cancelled", actor=actor, obj=assignment, reason=reason)


# --- 综合查一次 --------------------------------------------------------------------------------

MERGEABLE = ("dispatched", "accepted")


@transaction.atomic
def merge_visits(*, source_id: int, on: date, actor: Any, now: datetime) -> JointVisit:
    """What is dispatched and not begun at one unit is done in one visit; both teams are told."""
    require(actor, APPROVE_OTHER_CHECK)
    rows = list(
        Assignment.objects.select_for_update(of=("self",)).filter(
            about(source_id), state__in=MERGEABLE, joint_visit=None
        )
    )
    if len(rows) < 2:
        raise BadOtherCheck(_("该单位没有两项以上可以合并的任务，请刷新页面。"))
    latest = min(row.due_on for row in rows)
    if not timezone.localdate(now) <= on <= latest:
        raise BadOtherCheck(
            _("上门日期应在今天至 %(day)s 之间。") % {"day": latest.isoformat()}, field="on"
        )
    visit = JointVisit.objects.create(source_id=source_id, on=on, decided_by=actor, decided_at=now)
    for row in rows:
        row.joint_visit = visit
        row.save(update_fields=["joint_visit"])
        team = row.team.filter(left_at=None, inspector__user__isnull=False)
        notify(
            users=[member.inspector.user for member in team.select_related("inspector__user")],
            key=f"joint_visit:{visit.pk}:{row.pk}",
            text=_("综合查一次：%(number)s 与该单位的其他任务合并于 %(day)s 一次上门。")
            % {"number": row.number, "day": on.isoformat()},
            level="info",
            link=f"/inspections/{row.public_id}/",
        )
    numbers = "、".join(row.number for row in rows)
    record_event(action="joint_visit.decided", actor=actor, obj=visit, reason=numbers)
    return visit
