from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from registry.choices import InspectorRole, InspectorStatus, SourceKind, SourceStatus
from registry.database.text_index import TextIndex

SOURCE_TEXT = TextIndex("registry_pollutionsource", ("name", "site", "code"), ("uscc",))


def about(source: Any, path: str = "source") -> Q:
    """Rows of the unit ``source`` (a row or its key) speaks for: its own and those of records merged
    into it."""
    return Q(**{path: source}) | Q(**{f"{path}__merged_into": source})


class PollutionSourceQuerySet(models.QuerySet[Any]):
    def search(self, query: str) -> Self:
        """Units whose name, site or code holds every part of ``query``, or whose USCC does."""
        return self.filter(SOURCE_TEXT.matches(query))

    def active(self) -> Self:
        return self.filter(status=SourceStatus.NORMAL)

    def in_pool(self) -> Self:
        """Units a quarterly draw may reach: active dischargers, not construction projects."""
        return self.active().filter(kind=SourceKind.DISCHARGER)

    def special_on(self, day: date) -> Self:
        flags = self.model._meta.get_field("special_flags").related_model.objects.in_force(day)
        return self.filter(pk__in=flags.values("source_id"))


class SpecialFlagQuerySet(models.QuerySet[Any]):
    def in_force(self, day: date) -> Self:
        return self.filter(state="approved", starts_on__lte=day).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day)
        )


class CapExemptionQuerySet(models.QuerySet[Any]):
    def in_force(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class CheckLedgerQuerySet(models.QuerySet[Any]):
    def random_in_year(self, year: int) -> Self:
        """Checks of the random draw; the year is the plan's, not the calendar day's."""
        return self.filter(plan_number__startswith=str(year), counts_toward_ratio=True)

    def of_unit(self, source: Any) -> Self:
        """Its own lines and those of records that were merged into it."""
        return self.filter(about(source))

    def units(self) -> Self:
        """``unit`` is the record that speaks for the checked one now."""
        return self.annotate(unit=Coalesce("source__merged_into_id", "source_id"))

    def visits_in_year(self, year: int) -> Self:
        """On-site visits that count against the yearly cap."""
        return self.filter(checked_on__year=year, method="on_site", cap_exemption="")


class InspectorQuerySet(models.QuerySet[Any]):
    def on_post(self) -> Self:
        return self.filter(status=InspectorStatus.ON_POST)

    def of_the_bureau(self) -> Self:
        """Without the people of departments that only take part in joint plans."""
        return self.exclude(organisation__in=self._partner_names())

    def of_department(self, name: str) -> Self:
        return self.filter(organisation=name)

    def _partner_names(self) -> models.QuerySet[Any]:
        return apps.get_model("registry", "PartnerDepartment").objects.values("name")

    def officers_valid_on(self, day: date) -> Self:
        """On-post officers whose certificate covers the day and who are not on leave."""
        return (
            self.on_post()
            .filter(
                role=InspectorRole.OFFICER,
                credentials__valid_from__lte=day,
                credentials__valid_to__gte=day,
            )
            .exclude(pk__in=self.on_leave(day).values("pk"))
            .distinct()
        )

    def on_leave(self, day: date) -> Self:
        return self.model.objects.filter(
            leaves__starts_on__lte=day, leaves__ends_on__gte=day, leaves__cancelled_on=None
        )

    def away_throughout(self, first: date, last: date) -> Self:
        """On leave from ``first`` or before until ``last`` or later."""
        return self.model.objects.filter(
            leaves__starts_on__lte=first, leaves__ends_on__gte=last, leaves__cancelled_on=None
        )


class LeaveQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Without what was cancelled."""
        return self.filter(cancelled_on=None)

    def on(self, day: date) -> Self:
        return self.standing().filter(starts_on__lte=day, ends_on__gte=day)


class ConflictQuerySet(models.QuerySet[Any]):
    def between(self, first: date, last: date) -> Self:
        """In force on some day of the span; the last day of a conflict counts."""
        return self.filter(starts_on__lte=last).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=first)
        )

    def in_force(self, day: date) -> Self:
        return self.between(day, day)
