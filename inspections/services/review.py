"""审核: approve or return; who inspected does not review. Approval is completion."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import CheckRequestState
from inspections.models import Assignment, RecordVersion, Review
from inspections.permissions import REVIEW_RECORD
from inspections.rules.record_checks import unproven_problems
from inspections.services.assignments import locked, move
from inspections.services.problems import open_problems
from registry.choices import CheckMethod, CheckSource, DeadlineKind
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import close_deadline, notify, reopen_deadline
from registry.permissions import SameIdentity, require
from registry.rules.violations import RuleViolation
from registry.services.check_ledger import record_check
from registry.trail.services import record_event


class ReviewCommentMissing(RuleViolation):
    code = "review_comment_missing"
    basis = "domain §4.6 退回须说明原因"


class ProblemNotShown(RuleViolation):
    code = "problem_not_shown"
    basis = "《污染源现场检查记录表》填写要求：发现问题须附证据"


class UrgentNotDecided(RuleViolation):
    code = "urgent_not_decided"
    basis = "紧急检查补办审批"


class VersionNotCurrent(RuleViolation):
    code = "version_not_current"


def _check_reviewer(assignment: Assignment, actor: Any) -> None:
    require(actor, REVIEW_RECORD)
    if assignment.team.filter(inspector__user=actor).exists():
        raise SameIdentity(_("检查组成员不能审核自己的检查记录，请由其他人审核。"))


def _locked_version(version_id: int) -> tuple[Assignment, RecordVersion]:
    version = RecordVersion.objects.select_related("assignment").get(pk=version_id)
    assignment = locked(version.assignment_id)
    newest = assignment.versions.order_by("-number").first()
    if newest is None or newest.pk != version.pk or hasattr(version, "review"):
        raise VersionNotCurrent(_("该版本已审核或已有更新版本，请刷新审核列表。"))
    return assignment, version


def sections_of_version(version: RecordVersion) -> dict[str, Any]:
    """The submitted sections, as they were signed."""
    return {row["section"]: row["value"] for row in json.loads(version.content)}


def _finish(
    version: RecordVersion,
    decision: str,
    comment: str,
    actor: Any,
    now: datetime,
    field_comments: dict[str, str] | None = None,
) -> None:
    Review.objects.create(
        version=version,
        decision=decision,
        comment=comment,
        field_comments=field_comments or {},
        reviewer=actor,
        at=now,
    )
    close_deadline(kind=DeadlineKind.REVIEW_RECORD, subject=f"version:{version.pk}", now=now)


@transaction.atomic
def return_record(
    *,
    version_id: int,
    actor: Any,
    comment: str,
    now: datetime,
    field_comments: dict[str, str] | None = None,
) -> Assignment:
    """Send it back with a reason; the submitted version stays as it is.

    ``field_comments``: {section of the record: what to mend there}.
    """
    told = {name: text.strip() for name, text in (field_comments or {}).items() if text.strip()}
    if told and not comment.strip():
        comment = _("请按逐项意见修改（%(count)d 处）。") % {"count": len(told)}
    assignment, version = _locked_version(version_id)
    _check_reviewer(assignment, actor)
    if not comment.strip():
        raise ReviewCommentMissing(_("退回须写明原因，便于检查组修改。"), field="comment")
    move(assignment, "returned")
    _finish(version, "returned", comment.strip(), actor, now, told)
    reopen_deadline(
        kind=DeadlineKind.FINISH_INSPECTION,
        subject=f"assignment:{assignment.pk}",
        calendar=work_calendar(),
        today=timezone.localdate(now),
    )
    notify(
        users=[m.inspector.user for m in assignment.team.all() if m.inspector.user],
        key=f"version:{version.pk}:returned",
        text=_("%(number)s 的检查记录被退回：%(comment)s")
        % {"number": assignment.number, "comment": comment.strip()},
        level="warning",
        link=f"/inspections/{assignment.public_id}/",
    )
    record_event(action="record.returned", actor=actor, obj=version, reason=comment)
    return assignment


@transaction.atomic
def approve_record(*, version_id: int, actor: Any, now: datetime, comment: str = "") -> Assignment:
    """Complete the assignment: check ledger, problems, and the 20-day clock starts from here."""
    assignment, version = _locked_version(version_id)
    _check_reviewer(assignment, actor)
    sections = sections_of_version(version)
    _require_evidence(sections)
    _require_decided(assignment)
    move(assignment, "approved", completed_at=now)
    _finish(version, "approved", comment.strip(), actor, now)
    record_check(
        source=assignment.source,
        checked_on=timezone.localdate(version.inspected_from),
        check_source=assignment.check_source,
        method=main_method(sections),
        plan_number=assignment.plan.number if assignment.plan else "",
        counts_toward_ratio=bool(assignment.plan and assignment.plan.counts_toward_ratio),
        reference=assignment.number,
        outcome=version.outcome,
        items=sorted(sections.get("items", {}).get("methods", {})),
        officers=list(assignment.team.officers().values_list("inspector__code", flat=True)),
        cap_exemption=cap_exemption(assignment),
    )
    open_problems(version=version, sections=sections, now=now)
    record_event(action="record.approved", actor=actor, obj=version)
    return assignment


def _require_evidence(sections: dict[str, Any]) -> None:
    """A record that was submitted before this was asked for is returned, not approved."""
    unproven = unproven_problems(sections)
    if unproven:
        numbers = "、".join(map(str, unproven))
        raise ProblemNotShown(
            _("十必查第 %(numbers)s 项发现问题但没有证据，请退回检查组补充。")
            % {"numbers": numbers},
            field="must_check",
        )


def _require_decided(assignment: Assignment) -> None:
    """An urgent check that went first: whether it counts against the cap, and whether it stands at all,
    is decided before its record is."""
    check = getattr(assignment, "check_request", None)
    if check is not None and check.state == CheckRequestState.PROPOSED:
        raise UrgentNotDecided(_("该紧急检查尚未补办审批，请先在“其他检查”中批准或不批准。"))


def cap_exemption(assignment: Assignment) -> str:
    """Why the visit does not count against the yearly cap; blank for a random one, which does."""
    if assignment.check_source == CheckSource.RECHECK:
        return "recheck"  # the law orders it; the unit did not use up a visit by correcting
    check = getattr(assignment, "check_request", None)
    return check.cap_exemption if check else ""


def main_method(sections: dict[str, Any]) -> str:
    """On site as soon as one item was checked on site."""
    methods = set(sections.get("items", {}).get("methods", {}).values())
    for method in (CheckMethod.ON_SITE, CheckMethod.DOCUMENTS, CheckMethod.REMOTE):
        if method in methods:
            return str(method)
    return str(CheckMethod.ON_SITE)
