"""Every page of a list, forwards and backwards, shows each row once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.models import PollutionSource
from registry.web.paging import Count, count_up_to, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(unit: Any) -> Any:
    for name in ("丙", "甲", "乙", "甲", "甲", "丁", "甲"):
        unit(name=name)
    return PollutionSource.objects.all()


def in_order(rows: Any, field: str, *, descending: bool) -> list[int]:
    found = sorted(rows, key=lambda row: (getattr(row, field), row.pk), reverse=descending)
    return [row.pk for row in found]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("field", "unique"), [("name", False), ("code", True)])
def test_walking_forwards_and_back_meets_every_row_once(
    rows: Any, field: str, unique: bool, descending: bool, size: int
) -> None:
    order: dict[str, Any] = {
        "field": field, "unique": unique, "descending": descending, "size": size,
    }  # fmt: skip
    expected = in_order(rows, field, descending=descending)

    page = page_of(rows, **order)
    forwards, pages = list(page.keys), 1
    assert page.previous is None
    while page.next is not None:
        page = page_of(rows, after=page.next, **order)
        forwards += page.keys
        pages += 1
    backwards = list(page.keys)
    while page.previous is not None:
        page = page_of(rows, before=page.previous, **order)
        backwards = page.keys + backwards

    assert forwards == expected
    assert backwards == expected
    assert pages == -(-7 // size)


def test_the_last_page_ends_with_the_last_row(rows: Any) -> None:
    page = page_of(rows, "name", last=True, size=3)

    assert page.keys == in_order(rows, "name", descending=False)[-3:]
    assert (page.previous, page.next) == (page.keys[0], None)


def test_a_cursor_that_is_gone_is_the_first_page(rows: Any) -> None:
    assert page_of(rows, "name", after=10**9, size=3) == page_of(rows, "name", size=3)


@pytest.mark.parametrize(
    ("most", "expected", "words"),
    [(6, Count(6, more=True), "超过6"), (7, Count(7), "7"), (8, Count(7), "7")],
)
def test_counting_stops_at_its_limit(rows: Any, most: int, expected: Count, words: str) -> None:
    assert count_up_to(rows, most) == expected
    assert str(expected) == words


@settings(max_examples=20)
@given(number=st.integers(0, 10**7))
def test_a_count_is_written_with_its_thousands(number: int) -> None:
    assert str(Count(number)).replace(",", "") == str(number)
