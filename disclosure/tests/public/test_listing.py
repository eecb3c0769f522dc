"""The list of results: every page of every filter and order, forwards, backwards and from the end."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from disclosure.models import PublicResult, PublicTally
from disclosure.public import listing
from disclosure.public.current import MEMORY
from disclosure.public.listing import Wanted
from disclosure.tests.public.published import publish, result

pytestmark = pytest.mark.django_db


def walk(wanted: Wanted, *, backwards: bool = False) -> list[int]:
    """Every row, page after page; of the way back in the order of the list as well."""
    page = listing.page_of(wanted, last=backwards, size=7)
    ids = [row["id"] for row in page.rows]
    while page.before if backwards else page.after:
        place = {"before": page.before} if backwards else {"after": page.after}
        page = listing.page_of(wanted, size=7, **place)
        found = [row["id"] for row in page.rows]
        ids = found + ids if backwards else ids + found
    return ids


@pytest.mark.parametrize("sort", sorted(listing.SORTS))
@pytest.mark.parametrize(
    "filters", [{}, {"quarter": "2026Q1"}, {"category": "一般"}, {"outcome": "2"}, {"text": "第03"},
                {"text": "环保 03"}, {"plan": "2026Q2"}],
    ids=str,
)  # fmt: skip
def test_pages_lead_through_the_whole_list_both_ways(sort: str, filters: dict[str, str]) -> None:
    publish(90)
    # Several on the same day: only the key tells them apart.
    PublicResult.objects.bulk_create([result(30, assignment_number=f"X{n}") for n in range(20)])
    wanted = Wanted(sort=sort, **filters)
    column, newest_first = listing.SORTS[sort]
    sign = "-" if newest_first else ""

    forwards = walk(wanted)

    assert walk(wanted, backwards=True) == forwards
    assert len(forwards) == len(set(forwards)) == listing.count_of(wanted).number
    expected = PublicResult.objects.filter(pk__in=forwards).order_by(sign + column, sign + "id")
    assert forwards == list(expected.values_list("pk", flat=True))


def test_the_ends_of_the_list_lead_nowhere() -> None:
    publish(20)

    assert listing.page_of(Wanted(), size=20) == listing.page_of(Wanted(), size=20, last=True)
    whole = listing.page_of(Wanted(), size=20)
    assert (whole.before, whole.after) == ("", "")
    assert listing.page_of(Wanted(), size=7).before == ""
    assert listing.page_of(Wanted(), size=7, last=True).after == ""


@pytest.mark.parametrize("text", ["03号", "环保 03", "昌吉第03", "91652300ma8000003"])
def test_an_enterprise_is_found_by_part_of_its_name_or_code(text: str) -> None:
    publish(24)

    page = listing.page_of(Wanted(text=text))

    assert {row["enterprise_name"] for row in page.rows} == {"昌吉第03号环保科技有限公司"}
    assert len(page.rows) == 2


@pytest.mark.parametrize("text", ["%%", "__", "'; --", "没有", "\\", "!"])
def test_signs_in_a_search_mean_themselves(text: str) -> None:
    publish(5)

    assert listing.page_of(Wanted(text=text)).rows == []


def test_broken_parameters_show_the_list_not_an_error() -> None:
    publish(3)

    for query in ("after=x", "before=20260230-1", "sort=%27", "quarter=0", "outcome=99", "q=%F0"):
        assert Client().get(f"/results/?{query}").status_code == 200, query


def test_links_that_named_the_plan_as_a_quarter_still_work() -> None:
    publish(3)
    PublicResult.objects.filter(assignment_number="RW-000001").update(plan_number="2026Q1-S1")

    page = Client().get("/results/?quarter=2026Q1-S1")

    assert len(page.context["rows"]) == 1


def test_no_request_counts_the_results() -> None:
    publish(30)
    MEMORY.clear()

    with CaptureQueriesContext(connection) as asked:
        text = Client().get("/results/?quarter=2026Q1").content.decode()

    assert "30 条" in text
    assert not [q["sql"] for q in asked.captured_queries if "COUNT" in q["sql"].upper()]
    assert len(asked) <= 6


def test_every_value_of_a_card_is_escaped() -> None:
    publish(1, enterprise_name="<b>甲</b>", handling='"><script>', category="&")

    text = Client().get("/results/").content.decode()

    assert "&lt;b&gt;甲&lt;/b&gt;" in text
    assert "<script>" not in text
    assert "<b>" not in text


def tallies() -> dict[tuple[Any, ...], int]:
    rows = PublicTally.objects.exclude(number=0)
    return {
        (t.quarter, t.category, t.outcome, t.random, t.late, t.withdrawn): t.number for t in rows
    }


def counted() -> dict[tuple[Any, ...], int]:
    found: dict[tuple[Any, ...], int] = {}
    for row in PublicResult.objects.all():
        key = (
            row.quarter, row.category, row.outcome, row.plan_number != "",
            row.published_on > row.due_on, row.withdrawn_at is not None,
        )  # fmt: skip
        found[key] = found.get(key, 0) + 1
    return found


def test_counters_follow_every_way_of_writing() -> None:
    publish(40)
    assert tallies() == counted()

    result(50).save()
    one = PublicResult.objects.first()
    assert one is not None
    one.withdrawn_at, one.withdrawn_note = "2026-06-01T10:00:00+08:00", "企业已注销，重复公示"
    one.save()
    PublicResult.objects.filter(quarter="2026Q1").update(category="一般")
    PublicResult.objects.filter(outcome="3").delete()
    PublicResult.objects.bulk_create([result(70)], ignore_conflicts=True)
    PublicResult.objects.bulk_create([result(70)], ignore_conflicts=True)

    assert tallies() == counted()
