"""Reads of the public site: published copies only."""

from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from disclosure.choices import ENDED_WITHOUT_EFFECT
from disclosure.models import (
    GuidePage,
    PublicExternalDraw,
    PublicFairness,
    PublicItem,
    PublicNotice,
    PublicPenalty,
    PublicPlan,
    PublicPositiveListChange,
    PublicProblem,
    PublicProgress,
    PublicProof,
    PublicResult,
    PublicStatutoryReport,
)


def standing_plans() -> QuerySet[PublicPlan]:
    return PublicPlan.objects.order_by("-plan_number", "-frozen_at")


def plan_of(number: str) -> list[PublicPlan]:
    """Every announcement of the plan, the standing one first, those that ended after it."""
    rows = list(PublicPlan.objects.filter(plan_number=number).order_by("-frozen_at"))
    return sorted(rows, key=lambda row: row.state in ENDED_WITHOUT_EFFECT)


def external_draws() -> QuerySet[PublicExternalDraw]:
    return PublicExternalDraw.objects.order_by("-plan_number")


def progress_of(number: str) -> PublicProgress | None:
    return PublicProgress.objects.filter(plan_number=number).first()


def announcement_of(number: str, commitment: str = "") -> PublicPlan | None:
    """The announcement with this commitment, or the standing one."""
    rows = plan_of(number)
    if commitment:
        return next((row for row in rows if row.commitment == commitment), None)
    return next((row for row in rows if row.state not in ENDED_WITHOUT_EFFECT), None)


def proof_of(number: str, commitment: str = "") -> PublicProof | None:
    """The bundle of this commitment, or of the draw that counts."""
    rows = PublicProof.objects.filter(plan_number=number)
    return rows.filter(**({"commitment": commitment} if commitment else {"void": False})).first()


def fairness_of(scope: str, *, wanted: str) -> PublicFairness | None:
    """The report of a plan (2027Q1) or of a year (2027); of its two long parts the one wanted."""
    return PublicFairness.objects.filter(scope=scope).only("year", wanted).first()


def fairness_years() -> list[int]:
    """Years of which a draw is public, the newest first."""
    rows = PublicFairness.objects.order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def proved_plans() -> set[str]:
    """Plans whose draw can be recomputed by now."""
    return set(PublicProof.objects.filter(void=False).values_list("plan_number", flat=True))


def proofs() -> QuerySet[PublicProof]:
    """Revealed bundles, the newest plan first, without their long text."""
    return PublicProof.objects.order_by("-plan_number", "void", "-published_at").defer("bundle")


def items_in_force() -> QuerySet[PublicItem]:
    latest = PublicItem.objects.order_by("-list_version").values("list_version")[:1]
    return PublicItem.objects.filter(list_version__in=latest).order_by("position")


# One question instead of three: most results have neither problems nor notices, and those that have
# are asked about once more. Written in SQL because building it takes longer than running it.
RESULT = """
SELECT r.*,
    EXISTS (SELECT 1 FROM disclosure_publicproblem p
            WHERE p.assignment_number = r.assignment_number AND NOT p.withdrawn) AS has_problems,
    EXISTS (SELECT 1 FROM disclosure_publicnotice n WHERE n.result_id = r.id) AS has_notices
FROM disclosure_publicresult r WHERE r.public_id = %s"""


def result_of(public_id: UUID) -> Any:
    """One result, with ``has_problems`` and ``has_notices``; None where there is none."""
    wanted = PublicResult._meta.get_field("public_id").get_db_prep_value(public_id, connection)
    return next(iter(PublicResult.objects.raw(RESULT, [wanted])), None)


def enterprise_results(key: str) -> list[PublicResult]:
    """Everything published about one enterprise, the latest check first."""
    rows = PublicResult.objects.filter(enterprise_key=key)
    return list(rows.order_by("-checked_on", "-pk"))


def positive_list_years() -> list[int]:
    """Years with a published change, the newest first."""
    days = PublicPositiveListChange.objects.dates("on", "year", order="DESC")
    return [day.year for day in days]


def positive_list_changes(year: int) -> QuerySet[PublicPositiveListChange]:
    return PublicPositiveListChange.objects.filter(on__year=year).order_by("-on", "-reference")


def positive_list_on(day: date) -> list[PublicPositiveListChange]:
    """Who is on the list that day by what was published: the entry that nothing has ended."""
    last: dict[str, PublicPositiveListChange] = {}
    for row in PublicPositiveListChange.objects.filter(on__lte=day).order_by("on", "reference"):
        last[row.register_code] = row
    standing = [
        row
        for row in last.values()
        if row.kind == "entered" and (row.until is None or row.until >= day)
    ]
    return sorted(standing, key=lambda row: row.register_code)


def notice_years() -> list[int]:
    """Years with a published change, the newest first."""
    return [day.year for day in PublicNotice.objects.datetimes("at", "year", order="DESC")]


def notices_in(year: int) -> QuerySet[PublicNotice]:
    """公示变更 of one year, the newest first, with the results they are about."""
    return (
        PublicNotice.objects.filter(at__year=year).select_related("result").order_by("-at", "-pk")
    )


def notices_about(result: PublicResult) -> list[PublicNotice]:
    return list(PublicNotice.objects.filter(result=result).order_by("at", "pk"))


def statutory_reports() -> list[tuple[PublicStatutoryReport, list[PublicStatutoryReport]]]:
    """The issue that counts of each quarter, the newest quarter first, with its earlier issues."""
    rows = PublicStatutoryReport.objects.order_by("-quarter", "-version")
    groups = [list(found) for _quarter, found in groupby(rows, key=lambda row: row.quarter)]
    return [(found[0], found[1:]) for found in groups]


def plans_of_quarter(quarter: str) -> list[PublicPlan]:
    rows = standing_plans().exclude(state__in=ENDED_WITHOUT_EFFECT)
    return list(rows.filter(plan_number__startswith=quarter))


def progress_rows(year: int | None) -> list[PublicProgress]:
    rows = PublicProgress.objects.order_by("-plan_number")
    return list(rows.filter(plan_number__startswith=str(year)) if year else rows)


def problems(*, handling: str, state: str, today: date) -> QuerySet[PublicProblem]:
    """``state``: open, overdue, closed, or anything else for all of them."""
    rows = PublicProblem.objects.all()
    if handling:
        rows = rows.filter(handling=handling)
    if state == "closed":
        rows = rows.filter(closed_on__isnull=False)
    elif state in ("open", "overdue"):
        rows = rows.filter(closed_on__isnull=True, withdrawn=False)
        if state == "overdue":
            rows = rows.filter(Q(deadline__lt=today))
    return rows


def problems_of(*, assignment: str = "", enterprise: str = "") -> list[PublicProblem]:
    """Problems of one result, or of one enterprise, that are not withdrawn."""
    rows = PublicProblem.objects.filter(withdrawn=False).order_by("-found_on", "pk")
    if assignment:
        return list(rows.filter(assignment_number=assignment))
    return list(rows.filter(enterprise_key=enterprise))


def handlings() -> list[tuple[str, str]]:
    rows = PublicProblem.objects.order_by("handling").values_list("handling", "handling_text")
    return list(rows.distinct())


def guide_pages() -> list[GuidePage]:
    return list(GuidePage.objects.filter(shown=True))


def penalty_years() -> list[int]:
    """Years with a published decision, the newest first."""
    return [day.year for day in PublicPenalty.objects.dates("decided_on", "year", order="DESC")]


def penalties_in(year: int) -> QuerySet[PublicPenalty]:
    return PublicPenalty.objects.filter(decided_on__year=year).order_by("-decided_on", "-pk")


def penalties_of(key: str) -> list[PublicPenalty]:
    return list(PublicPenalty.objects.filter(enterprise_key=key).order_by("-decided_on", "-pk"))
