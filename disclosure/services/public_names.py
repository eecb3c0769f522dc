"""公示名称: published names that no longer are what the public may read; seen by a sweep, corrected by
a person with a public note, one unit at a time.

A unit is renamed or merged into another record, its code is mended, it turns out to be an individual
business, or the masking rules change: the copies keep what was true on their day until somebody decides.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from disclosure.models import PublicationLink
from disclosure.permissions import PUBLISH_RESULT
from disclosure.services.corrections import (
    IDENTITY,
    NothingToCorrect,
    differences,
    public_note,
    write_changes,
)
from disclosure.services.publishing import published_name
from registry.models import PollutionSource
from registry.permissions import require
from registry.querysets import about

CHUNK = 500
# The record that speaks for the inspected one now.
UNIT = Coalesce("assignment__source__merged_into", "assignment__source")


def _copies() -> QuerySet[PublicationLink]:
    """Withdrawn copies still show their name."""
    return PublicationLink.objects.exclude(result=None)


def flag_outdated_names(*, since: datetime | None = None) -> int:
    """Mark the copies whose unit is called otherwise today, unmark those that agree again.

    ``since``: only units whose register entry changed since. Returns how many marks changed.
    """
    rows = _copies()
    if since is not None:
        rows = rows.filter(
            Q(assignment__source__updated_at__gte=since)
            | Q(assignment__source__merged_into__updated_at__gte=since)
        )
    called = rows.order_by().values_list(
        UNIT, "result__enterprise_name", "result__uscc", "name_outdated"
    )
    by_unit: dict[int, list[tuple[str, str, bool]]] = defaultdict(list)
    for unit, name, uscc, outdated in called.distinct():
        by_unit[unit].append((name, uscc, outdated))
    units, changed = list(by_unit), 0
    for start in range(0, len(units), CHUNK):
        for source in PollutionSource.objects.filter(pk__in=units[start : start + CHUNK]):
            right = (published_name(source), source.uscc)
            for name, uscc, outdated in by_unit[source.pk]:
                if outdated != ((name, uscc) != right):
                    changed += _mark(source, name, uscc, not outdated)
    return changed


def _mark(source: PollutionSource, name: str, uscc: str, outdated: bool) -> int:
    return (
        _copies()
        .filter(
            about(source, "assignment__source"), result__enterprise_name=name, result__uscc=uscc
        )
        .update(name_outdated=outdated)
    )


def outdated_units() -> list[dict[str, Any]]:
    """Units with copies to correct, the longest published first: code, names, number of copies."""
    rows = (
        PublicationLink.objects.filter(name_outdated=True)
        .values(unit=UNIT)
        .annotate(number=Count("pk"), first=Min("result__published_on"))
        .order_by("first", "unit")[:CHUNK]
    )
    sources = PollutionSource.objects.in_bulk([row["unit"] for row in rows])
    return [
        {
            "source": sources[row["unit"]],
            "name": published_name(sources[row["unit"]]),
            "number": row["number"],
        }
        for row in rows
    ]


def outdated_of(source: PollutionSource) -> list[dict[str, str]]:
    """What a correction would change, each difference once however many copies have it."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for link in _outdated(source.pk):
        for change in _of_the_unit(link):
            found.setdefault((change["field"], change["before"], change["after"]), change)
    return list(found.values())


def _outdated(source_id: int) -> QuerySet[PublicationLink]:
    return (
        PublicationLink.objects.filter(about(source_id, "assignment__source"), name_outdated=True)
        .select_related("assignment__source__merged_into", "assignment__plan", "result")
        .order_by("pk")
    )


def _of_the_unit(link: PublicationLink) -> list[dict[str, str]]:
    return [change for change in differences(link) if change["field"] in IDENTITY]


@transaction.atomic
def correct_names(*, source_id: int, actor: Any, note: str, now: datetime) -> int:
    """Correct name and code in every outdated copy of the unit, each with its public notice.

    Returns how many results were corrected; raises NothingToCorrect where none is outdated.
    """
    require(actor, PUBLISH_RESULT)
    note = public_note(note, _("更正说明"))
    corrected = 0
    for link in _outdated(source_id).select_for_update(of=("self",)):
        if changes := _of_the_unit(link):
            write_changes(link, changes, actor=actor, note=note, now=now)
            corrected += 1
    if not corrected:
        raise NothingToCorrect(_("该单位的公示名称与名录一致，没有可更正的内容，请刷新页面。"))
    return corrected
