"""The coloured words of the public pages: what became of a problem, what a change did."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from disclosure.choices import NoticeKind, PositiveListMove
from disclosure.models import PublicNotice, PublicPositiveListChange, PublicProblem
from registry.rules.tones import OK, PLAIN, RED, WARN, Tag

# What brings a result back asks for no attention.
GIVEN_BACK = frozenset({NoticeKind.RESTORED, NoticeKind.LIFTED})


def tagged_notices(notices: Iterable[PublicNotice]) -> list[tuple[PublicNotice, Tag]]:
    return [
        (row, Tag(row.get_kind_display(), PLAIN if row.kind in GIVEN_BACK else RED))
        for row in notices
    ]


def tagged_changes(
    changes: Iterable[PublicPositiveListChange],
) -> list[tuple[PublicPositiveListChange, Tag]]:
    """Of 正面清单."""
    return [
        (row, Tag(row.get_kind_display(), PLAIN if row.kind == PositiveListMove.ENTERED else RED))
        for row in changes
    ]


def tagged_problems(
    problems: Iterable[PublicProblem], *, today: date
) -> list[tuple[PublicProblem, list[Tag]]]:
    return [(row, _of_problem(row, today)) for row in problems]


def _of_problem(row: PublicProblem, today: date) -> list[Tag]:
    if row.withdrawn:
        return [Tag(_("结果已撤回"), RED)]
    return [Tag(row.handling_text), _progress(row, today)]


def _progress(row: PublicProblem, today: date) -> Tag:
    if row.closed_on:
        return Tag(_("%(day)s 已销号") % {"day": row.closed_on.isoformat()}, OK)
    if row.deadline and row.deadline < today:
        return Tag(_("逾期未销号"), RED)
    return Tag(_("办理中"), WARN)
