"""One way to tell the public, and the trail, what became of a published or withheld result."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from disclosure.choices import NoticeKind
from disclosure.models import PublicationLink, PublicNotice, Withholding
from registry.services.trail import record_event


def tell_change(
    kind: NoticeKind,
    link: PublicationLink,
    *,
    actor: Any,
    note: str,
    now: datetime,
    changes: Sequence[dict[str, str]] = (),
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
        changes=list(changes),
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


def tell_withholding(row: Withholding, *, now: datetime) -> PublicNotice:
    """Counted and dated by plan and ground; neither the unit nor the assignment is named."""
    plan = row.link.assignment.plan
    return PublicNotice.objects.create(
        kind=NoticeKind.WITHHELD,
        at=now,
        plan_number=plan.number if plan is not None else "",
        ground=row.ground,
    )
