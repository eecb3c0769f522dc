"""签名与提交: the working record becomes an immutable version."""

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.models import Assignment, RecordVersion
from inspections.rules import record_checks
from inspections.rules.assignment_state import EDITABLE, AssignmentMoveNotAllowed
from inspections.rules.sync import canonical_content, digest, is_signature
from inspections.services.assignments import locked, move, require_team
from inspections.services.evidence import link_all
from inspections.services.repeat_visits import needs_reason
from registry.choices import BureauRole, DeadlineKind
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import close_deadline, start_deadline
from registry.item_lists.selectors import checklist_on
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import record_event


class RecordIncomplete(RuleViolation):
    """``lacks`` names every thing that is missing."""

    code = "record_incomplete"
    basis = "《污染源现场检查记录表》填写要求"

    def __init__(self, lacks: list[record_checks.Lack]) -> None:
        super().__init__(
            _("检查记录还有 %(count)d 处需要补充，暂不能提交。") % {"count": len(lacks)}
        )
        self.lacks = lacks


class ContentChanged(RuleViolation):
    code = "content_changed"
    basis = "chanji-sync/1 §4"


def sections_of(assignment: Assignment) -> dict[str, Any]:
    rows = assignment.sections.filter(set_aside=False)
    return dict(rows.values_list("section", "value"))


def current_content(assignment: Assignment) -> tuple[str, str]:
    """Canonical text of the working record and its digest: what a signer signs."""
    content = canonical_content(sections_of(assignment))
    return content, digest(content)


def record_facts(assignment: Assignment, *, now: datetime) -> record_checks.RecordFacts:
    sections = sections_of(assignment)
    current = digest(canonical_content(sections))
    signatures = {
        name.partition(":")[2]: value for name, value in sections.items() if is_signature(name)
    }
    valid = frozenset(s for s, value in signatures.items() if value.get("digest") == current)
    officers = assignment.team.officers().values_list("inspector__code", "inspector__name")
    items = assignment.inspection_items.values_list("code", flat=True)
    due = timezone.make_aware(datetime.combine(assignment.due_on, time.max))
    return record_checks.RecordFacts(
        sections={n: v for n, v in sections.items() if not is_signature(n)},
        officers=dict(officers),
        items=list(items),
        evidence=frozenset(assignment.evidence.values_list("sha256", flat=True)),
        valid_signatures=valid,
        stale_signatures=frozenset(signatures) - valid,
        earliest=assignment.dispatched_at,
        now=now,
        due=due,
        unit_place=assignment.source.place,
        distance_limit=bureau_setting("place_distance_metres"),
        repeat_unexplained=needs_reason(
            assignment, day=timezone.localdate(assignment.started_at or now)
        ),
    )


def require_open(assignment: Assignment, actor: Any) -> None:
    """Raise unless ``actor`` may change this record now."""
    require_team(assignment, actor)
    if assignment.state not in EDITABLE:
        raise AssignmentMoveNotAllowed(_("任务不在检查中，不能修改记录，请刷新页面。"))


def trail_taken(assignment: Assignment, actor: Any, *, signer: str, sections: list[str]) -> None:
    record_event(
        action="record.signed_content_taken",
        actor=actor,
        obj=assignment,
        changes={"signer": [None, signer], "sections": [None, "、".join(sections)]},
    )


def record_lacks(assignment: Assignment, *, now: datetime) -> list[record_checks.Lack]:
    return record_checks.lacks(record_facts(assignment, now=now))


@transaction.atomic
def submit_record(*, assignment_id: int, actor: Any, now: datetime) -> RecordVersion:
    """Make the immutable version; RecordIncomplete names each lack, nothing is written then."""
    assignment = locked(assignment_id)
    require_team(assignment, actor)
    link_all(assignment)
    facts = record_facts(assignment, now=now)
    missing = record_checks.lacks(facts)
    if missing:
        raise RecordIncomplete(missing)
    content, current = current_content(assignment)
    last = assignment.versions.order_by("-number").first()
    visit = facts.value("visit")
    start = datetime.fromisoformat(visit["start"])
    version = RecordVersion.objects.create(
        assignment=assignment,
        number=last.number + 1 if last else 1,
        content=content,
        digest=current,
        signatures=_signatures(assignment, current),
        checklist={
            "version": assignment.must_check_set.version,
            "must_checks": checklist_on(assignment.must_check_set, timezone.localdate(start)),
        },
        outcome=facts.outcome,
        inspected_from=start,
        inspected_to=datetime.fromisoformat(visit["end"]),
        correction_reason=_correction_reason(last),
        submitted_by=actor,
        submitted_at=now,
    )
    move(assignment, "submitted", submitted_at=now)
    _start_review_clock(assignment, version, now)
    record_event(
        action="record.submitted",
        actor=actor,
        obj=version,
        changes={"digest": [last.digest if last else None, current]},
    )
    return version


def _signatures(assignment: Assignment, current: str) -> list[Any]:
    rows = assignment.sections.filter(section__startswith="signature:").order_by("section")
    return [
        {key: row.value[key] for key in ("signer", "name", "strokes", "digest", "at")}
        for row in rows
        if row.value.get("digest") == current
    ]


def _correction_reason(last: RecordVersion | None) -> str:
    if last is None:
        return ""
    return (last.review.comment if hasattr(last, "review") else _("更正"))[:300]


def _start_review_clock(assignment: Assignment, version: RecordVersion, now: datetime) -> None:
    calendar = work_calendar()
    today = timezone.localdate(now)
    days = bureau_setting("review_working_days")
    start_deadline(
        kind=DeadlineKind.REVIEW_RECORD,
        subject=f"version:{version.pk}",
        label=f"{assignment.number} 第{version.number}版",
        link=f"/inspections/review/{version.pk}/",
        started_on=today,
        due_on=calendar.add(today, days),
        working_days=days,
        basis="本局设定：审核时限",
        role=BureauRole.DIRECTOR,
        calendar=calendar,
    )
    close_deadline(
        kind=DeadlineKind.FINISH_INSPECTION, subject=f"assignment:{assignment.pk}", now=now
    )
