import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.database.rules.name_search import (
    Wanted,
    fold,
    is_code,
    rarest,
    terms,
    wanted,
    widened,
)

NAMES = st.text(alphabet="昌吉环保科技有限公司（）(A3Ｂ１ ", min_size=1, max_size=20)


def pairs(name: str) -> list[str]:
    """What the database indexes of a name; a line end closes each field, so that no pair reaches
    from one into the next."""
    return [a + b for a, b in itertools.pairwise(fold(name) + "\n") if not a.isascii()]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("环保 昌吉高新", ["昌吉高新", "环保"]),
        ("（新建）Ａ１", ["(新建)a1"]),
        ("  ", []),
        ("站 站\0厂", ["站", "厂"]),
    ],
)
def test_a_query_is_split_at_blanks_and_folded(typed: str, found: list[str]) -> None:
    assert terms(typed) == found


@pytest.mark.parametrize(
    ("term", "asked"),
    [
        ("环保科", Wanted(pairs=("环保", "保科"))),
        ("环", Wanted(prefix="环")),
        ("a环", Wanted(prefix="环")),
        ("ps0012", Wanted()),
        ("3号站", Wanted(pairs=("号站",))),
    ],
)
def test_what_the_index_is_asked(term: str, asked: Wanted) -> None:
    assert wanted(term) == asked


@given(name=NAMES, data=st.data())
def test_the_index_loses_no_name_that_holds_the_term(name: str, data: st.DataObject) -> None:
    text = fold(name)
    start = data.draw(st.integers(0, len(text) - 1))
    term = text[start : data.draw(st.integers(start + 1, len(text)))]

    asked, indexed = wanted(term), pairs(name)

    assert set(asked.pairs) <= set(indexed)
    assert not asked.prefix or any(pair.startswith(asked.prefix) for pair in indexed)


COMMON = {"环保": 0.1, "保科": 0.01, "科技": 0.2, "有限": 0.9, "公司": 0.8, "公园": 0.001}


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (Wanted(pairs=("环保", "保科", "科技")), Wanted(pairs=("保科",))),
        (Wanted(pairs=("环保", "保站", "站台")), Wanted(pairs=("保站", "站台"))),
        (Wanted(pairs=("有限", "公司")), Wanted()),
        (Wanted(prefix="公"), Wanted()),
        (Wanted(prefix="保"), Wanted(prefix="保")),
        (Wanted(prefix="湖"), Wanted(prefix="湖")),
        (Wanted(), Wanted()),
    ],
)
def test_only_what_narrows_the_search_is_asked_for(asked: Wanted, left: Wanted) -> None:
    assert rarest(asked, COMMON) == left


def test_without_statistics_the_first_pairs_are_asked_for() -> None:
    asked = Wanted(pairs=("环保", "保科", "科技", "技有"))

    assert rarest(asked, {}) == Wanted(pairs=("环保", "保科", "科技"))


@pytest.mark.parametrize(
    ("term", "code"),
    [("ps0012", True), ("a-1.b_2", True), ("-", False), ("(a", False), ("a环", False)],
)
def test_codes_are_told_from_other_terms(term: str, code: bool) -> None:
    assert is_code(term) == code


@given(st.text(alphabet="abc019-._", min_size=1))
def test_a_widened_term_folds_back(term: str) -> None:
    assert fold(widened(term)) == term
