"""One way to tell the public, and the trail, what became of a published or withheld result."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from disclosure.choices import NoticeKind
from disclosure.models import PublicationLink, PublicNotice, Withholding
from disclosure.rules.masking import is_individual, tells_a_person
from inspections.models import Assignment
from registry.trail.services import record_event


def tell_change(
    kind: NoticeKind,
    link: PublicationLink,
    *,
    actor: Any,
    note: str,
    now: datetime,
    changes: Sequence[dict[str, str]] = (),
    ground: str = "",
) -> PublicNotice:
    """The public notice and the line of the trail that names it, in the caller's transaction."""
    result = link.result
    assert result is not None  # noqa: S101  (narrowing for mypy: the link was published)
    notice = PublicNotice.objects.create(
        kind=kind,
        at=now,
        result=result,
        plan_number=result.plan_number,
        note=note,
        ground=ground,
        changes=[_public_change(change, link.assignment) for change in changes],
    )
    record_event(
        action=f"result.{kind.value}",
        actor=actor,
        obj=link,
        label=f"{result.assignment_number} {notice.reference}",
        reason=note,
        changes={change["field"]: [change["before"], change["after"]] for change in changes},
    )
    return notice


def _public_change(change: dict[str, str], assignment: Assignment) -> dict[str, str]:
    """As the public may read it: a notice never repeats the personal name it takes away, whichever
    record of the unit tells that it is one. The trail, which staff alone read, keeps both."""
    if change["field"] == "enterprise_name" and any(
        tells_a_person(
            change["before"],
            change["after"],
            individual=is_individual(uscc=record.uscc, no_code_reason=record.no_code_reason),
            owner=record.legal_representative,
        )
        for record in (assignment.source, assignment.unit)
    ):
        return {**change, "before": _("（含个人姓名，不再显示）")}
    return change


def tell_withholding(row: Withholding, *, now: datetime) -> PublicNotice:
    """Counted and dated by plan and ground; neither the unit nor the assignment is named."""
    plan = row.link.assignment.plan
    return PublicNotice.objects.create(
        kind=NoticeKind.WITHHELD,
        at=now,
        plan_number=plan.number if plan is not None else "",
        ground=row.ground,
    )
