"""What is hidden in an .xls is told from its records, and never guessed."""

from io import BytesIO

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.importing.reading.old_workbook import hidden_of


def workbook(*, rows: int = 5, hide: tuple[int, ...] = (), columns: tuple[int, ...] = ()) -> bytes:
    book, target = xlwt.Workbook(), BytesIO()
    for title in ("Plain", "名录"):
        page = book.add_sheet(title)
        for number in range(rows):
            page.write(number, 0, f"第{number}行")
    for number in hide:
        page.row(number).hidden = True
    for number in columns:
        page.col(number).hidden = True
    book.save(target)
    return target.getvalue()


def test_rows_and_columns_are_counted_from_one() -> None:
    assert hidden_of(workbook(hide=(0, 3), columns=(2,))) == {"名录": ([1, 4], [3])}


def test_a_long_workbook_is_followed_through_its_sectors() -> None:
    assert hidden_of(workbook(rows=20_000, hide=(19_999,))) == {"名录": ([20_000], [])}


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0", b"\xd0\xcf\x11\xe0" + bytes(5000)])
def test_what_is_no_workbook_is_not_told(content: bytes) -> None:
    assert hidden_of(content) is None


WHOLE = workbook(hide=(1,))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=12))
def test_a_damaged_one_never_fails_otherwise(damage: list[tuple[int, int]]) -> None:
    content = bytearray(WHOLE)
    for place, value in damage:
        content[place] = value

    found = hidden_of(bytes(content))

    assert found is None or all(isinstance(title, str) for title in found)
