"""The list of inspectors: a few hundred rows, so plain conditions do."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from registry.choices import InspectorRole
from registry.models import Inspector, Leave
from registry.rules.certificates import EXPIRY_WARNINGS, days_to_expiry
from registry.web.paging import Count, count_up_to

WARNED_DAYS = max(EXPIRY_WARNINGS)


def _expiring(today: date) -> QuerySet[Inspector]:
    """Officers on post whose last certificate ends within the warning time, or has ended."""
    rows = Inspector.objects.on_post().filter(role=InspectorRole.OFFICER)
    return rows.annotate(last=Max("credentials__valid_to")).filter(
        Q(last__lte=today + timedelta(days=WARNED_DAYS)) | Q(last=None)
    )


def in_tab(tab: str, today: date) -> QuerySet[Inspector]:
    if tab == "expiring":
        return _expiring(today)
    if tab == "off":
        return Inspector.objects.filter(status="off_post")
    if tab in InspectorRole.values:
        return Inspector.objects.filter(role=tab)
    return Inspector.objects.all()


def tab_counts(tabs: Sequence[tuple[str, Any]], today: date) -> list[tuple[str, Any, Count]]:
    return [(tab, label, count_up_to(in_tab(tab, today).order_by())) for tab, label in tabs]


def listed(chosen: Mapping[str, str], today: date) -> QuerySet[Inspector]:
    rows = in_tab(chosen["tab"], today)
    if chosen["status"]:
        rows = rows.filter(status=chosen["status"])
    if chosen["account"]:
        rows = rows.filter(user__isnull=chosen["account"] == "no")
    if chosen["leave"]:
        away = Leave.objects.on(today).values("inspector")
        rows = rows.filter(pk__in=away) if chosen["leave"] == "yes" else rows.exclude(pk__in=away)
    for part in chosen["q"].split():
        held = Inspector.objects.filter(credentials__number__icontains=part).values("pk")
        rows = rows.filter(
            Q(name__icontains=part)
            | Q(code__icontains=part)
            | Q(organisation__icontains=part)
            | Q(pk__in=held)
        )
    return rows.order_by(chosen["sort"], "pk")


def people(keys: Sequence[int], today: date) -> list[dict[str, Any]]:
    """What a row shows: the person, the last certificate, days left, leave of today."""
    rows = Inspector.objects.filter(pk__in=keys).select_related("user")
    found = {person.pk: person for person in rows.prefetch_related("credentials")}
    away = set(
        Leave.objects.on(today).filter(inspector__in=keys).values_list("inspector_id", flat=True)
    )
    shown = []
    for key in keys:
        person = found[key]
        certificate = max(person.credentials.all(), key=lambda row: row.valid_to, default=None)
        left = days_to_expiry(certificate.valid_to, today) if certificate else None
        shown.append(
            {"person": person, "certificate": certificate, "left": left, "away": key in away}
        )
    return shown
