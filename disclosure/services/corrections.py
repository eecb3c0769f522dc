"""更正、恢复: what was published follows the record, and everybody sees that it did."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from disclosure.choices import NoticeKind, PublicationState
from disclosure.models import (
    PenaltyLink,
    PublicationLink,
    PublicPenalty,
    PublicPositiveListChange,
    PublicProblem,
    PublicResult,
)
from disclosure.permissions import PUBLISH_RESULT, WITHDRAW_RESULT
from disclosure.rules.public_columns import CORRECTABLE_COLUMNS
from disclosure.services.notices import tell_change
from disclosure.services.publishing import NoteMissing, public_copy
from registry.permissions import require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation

# What a register entry is called; a change of it alone concerns every copy of the unit.
IDENTITY = ("enterprise_name", "uscc")
# Copied with the columns they belong to; nobody reads them by themselves.
FOLLOWERS = {"outcome_text": "outcome", "uscc": "enterprise_key", "checked_on": "quarter"}


class NothingToCorrect(RuleViolation):
    code = "nothing_to_correct"
    basis = "实施方案 二（五）"


class NotPublished(RuleViolation):
    code = "not_published"
    basis = "实施方案 二（五）"


def differences(link: PublicationLink) -> list[dict[str, str]]:
    """Public columns in which the copy no longer says what record and register say today."""
    if link.result is None:
        return []
    fresh = public_copy(link, today=link.result.published_on)
    return [
        {
            "field": name,
            "label": label,
            "before": str(getattr(link.result, name) or ""),
            "after": str(getattr(fresh, name) or ""),
        }
        for name, label in CORRECTABLE_COLUMNS
        if getattr(fresh, name) != getattr(link.result, name)
    ]


def public_note(text: str, label: str) -> str:
    if not text.strip():
        raise NoteMissing(_("请填写%(label)s，说明将公开显示。") % {"label": label}, field="note")
    return checked_text(text, label=label, field="note", limit=300).strip()


def _locked(link_id: int) -> PublicationLink:
    return (
        PublicationLink.objects.select_for_update(of=("self",))
        .select_related("assignment__source__merged_into", "assignment__plan", "result")
        .get(pk=link_id)
    )


@transaction.atomic
def correct_result(*, link_id: int, actor: Any, note: str, now: datetime) -> PublicResult:
    """Bring the published copy up to what record and register say; old and new stay visible.

    The copy keeps its address and its day of publication. Raises NothingToCorrect where both
    already agree: a correction cannot write anything the record does not hold.
    """
    require(actor, PUBLISH_RESULT)
    note = public_note(note, _("更正说明"))
    link = _locked(link_id)
    if link.state != PublicationState.PUBLISHED or link.result is None:
        raise NotPublished(_("只有已公示的结果可以更正。"))
    changes = differences(link)
    if not changes:
        raise NothingToCorrect(
            _("公示内容与检查记录、名录一致，没有可更正的内容。记录有误的，请先更正记录或名录。")
        )
    return write_changes(link, changes, actor=actor, note=note, now=now)


def write_changes(
    link: PublicationLink, changes: list[dict[str, str]], *, actor: Any, note: str, now: datetime
) -> PublicResult:
    """Carry out ``differences`` of a locked link and tell them; what else names the unit follows."""
    result = link.result
    assert result is not None  # noqa: S101  (narrowing for mypy: only copies have differences)
    fresh = public_copy(link, today=result.published_on)
    fields = [change["field"] for change in changes]
    names = [*fields, *(FOLLOWERS[field] for field in fields if field in FOLLOWERS)]
    for name in names:
        setattr(result, name, getattr(fresh, name))
    result.save(update_fields=names)
    if not {*fields}.isdisjoint(IDENTITY):
        _carry_name(link, result, now=now)
    tell_change(NoticeKind.CORRECTED, link, actor=actor, note=note, now=now, changes=changes)
    return result


def _carry_name(link: PublicationLink, result: PublicResult, *, now: datetime) -> None:
    """The notice of the result speaks for everything published about the same check: its problems,
    closed ones too, its penalty decisions, and the unit's place on the positive list."""
    PublicationLink.objects.filter(pk=link.pk).update(name_outdated=False)
    unit = {"enterprise_name": result.enterprise_name, "uscc": result.uscc}
    keyed = {**unit, "enterprise_key": result.enterprise_key}
    PublicProblem.objects.filter(assignment_number=result.assignment_number).update(
        **keyed, updated_at=now
    )
    decisions = PenaltyLink.objects.filter(decision__problem__assignment=link.assignment)
    PublicPenalty.objects.filter(pk__in=decisions.values("penalty")).update(**keyed)
    PublicPositiveListChange.objects.filter(register_code=result.register_code).update(**unit)


@transaction.atomic
def restore_result(*, link_id: int, actor: Any, note: str, now: datetime) -> PublicResult:
    """恢复公示: a withdrawal that was a mistake, or whose ground has gone, with a public note."""
    require(actor, WITHDRAW_RESULT)
    note = public_note(note, _("恢复公示说明"))
    link = _locked(link_id)
    if link.state != PublicationState.WITHDRAWN or link.result is None:
        raise NotPublished(_("只有已撤回的结果可以恢复公示。"))
    link.result.withdrawn_at, link.result.withdrawn_note = None, ""
    link.result.save(update_fields=["withdrawn_at", "withdrawn_note"])
    link.state, link.decided_at = PublicationState.PUBLISHED, now
    link.save(update_fields=["state", "decided_at"])
    tell_change(NoticeKind.RESTORED, link, actor=actor, note=note, now=now)
    return link.result
