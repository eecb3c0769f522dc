"""Pages of lists that may be long: by key instead of by offset, counted only up to a limit."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

PAGE = 50
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Count:
    """How many rows; beyond the limit only that there are more."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        if self.more:
            return _("超过%(number)s") % {"number": f"{self.number:,}"}
        return f"{self.number:,}"


def count_up_to(rows: QuerySet[Any], most: int = MOST_COUNTED) -> Count:
    """Reads no further than ``most`` rows, whatever the size of the table.

    Rows that come in an order are counted in it: the database then walks the same index as for
    their page, instead of gathering all that match before it counts the first.
    """
    number = rows.values("pk")[: most + 1].count()
    return Count(min(number, most), number > most)


class CappedPaginator(Paginator):
    """For the admin, which insists on page numbers: the last page it offers is the limit's."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return count_up_to(rows, MOST_COUNTED).number
        return len(rows)


@dataclass(frozen=True)
class Page:
    """``previous`` and ``next`` are cursors, the keys of rows; None at the ends."""

    keys: list[int]
    previous: int | None = None
    next: int | None = None


def page_of(
    rows: QuerySet[Any],
    field: str,
    *,
    unique: bool = False,
    descending: bool = False,
    after: int | None = None,
    before: int | None = None,
    last: bool = False,
    size: int = PAGE,
) -> Page:
    """One page of the keys of ``rows`` in the order of ``field``, then (unless it is ``unique``)
    of the key.

    ``after`` and ``before`` are keys of rows; a row that is gone means the first page. Reading
    costs the same on every page: nothing before it is counted or skipped.
    """
    cursor = after if after is not None else before
    edge = None
    if cursor is not None:
        edge = rows.model._default_manager.filter(pk=cursor).values_list(field, "pk").first()
    backwards = last or (edge is not None and after is None)
    down = descending != backwards
    if edge is not None and not last:
        rows = rows.filter(_beyond(field, edge, down=down, unique=unique))
    order = [f"-{name}" if down else name for name in ([field] if unique else [field, "pk"])]
    found = list(rows.order_by(*order).values_list("pk", flat=True)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    first, final = (found[0], found[-1]) if found else (None, None)
    earlier = more if backwards else edge is not None
    later = (edge is not None and not last) if backwards else more
    return Page(found, first if earlier else None, final if later else None)


def _beyond(field: str, edge: tuple[Any, int], *, down: bool, unique: bool) -> Q:
    """Bounded first, then refined: the form both databases answer from the index."""
    value, pk = edge
    word = "lt" if down else "gt"
    if unique:
        return Q(**{f"{field}__{word}": value})
    return Q(**{f"{field}__{word}e": value}) & (
        Q(**{f"{field}__{word}": value}) | Q(**{f"pk__{word}": pk})
    )
