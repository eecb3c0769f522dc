import pytest

from registry.rules.texts import TextNotUsable
from sampling.rules.protocol import EntropyKind
from sampling.rules.witnesses import (
    TooFewWitnesses,
    ValueNotAgreed,
    WitnessEntry,
    check_witnesses,
    read_values,
)

VALUE = "03 07 11 19 24 30+08"
MAKERS = {"李计划": "编制计划", "赵冻结": "冻结抽取池", "孙抽取": "主持抽取"}


def seen(*names: str, value: str = VALUE) -> list[WitnessEntry]:
    return [
        WitnessEntry("纪检监察组" if name else "", name, value if name else "") for name in names
    ]


def names_kept(*names: str) -> list[str]:
    entries = check_witnesses(seen(*names), makers=MAKERS, kinds=["ssq"], values=[VALUE])
    return [entry.name for entry in entries]


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        pytest.param(["何一", "金二"], ["何一", "金二"], id="two"),
        pytest.param([" 何一 ", "", "金二"], ["何一", "金二"], id="an empty line between"),
        pytest.param(["何一", "金二", "何一"], ["何一", "金二"], id="one of them twice"),
        pytest.param(["何一", "金二", "何 一"], ["何一", "金二"], id="twice in two spellings"),
        pytest.param(["何一", "金二", "苗三"], ["何一", "金二", "苗三"], id="three"),
    ],
)
def test_each_witness_counts_once(names: list[str], kept: list[str]) -> None:
    assert names_kept(*names) == kept


@pytest.mark.parametrize(
    ("names", "field"),
    [
        pytest.param([], "witness_2", id="nobody"),
        pytest.param(["何一"], "witness_2", id="one"),
        pytest.param(["何一", " 何一 "], "witness_2", id="the same person twice"),
        pytest.param(["何一", "何\u200b一"], "witness_2", id="the same person, unseen difference"),
        pytest.param(["孙抽取", "何一"], "witness_1", id="who draws"),
        pytest.param(["何一", "赵 冻结"], "witness_2", id="who froze"),
        pytest.param(["何一", "", "李计划"], "witness_3", id="who drafted, behind an empty line"),
    ],
)
def test_two_people_who_did_not_make_the_draw_must_be_present(names: list[str], field: str) -> None:
    with pytest.raises(TooFewWitnesses) as refused:
        names_kept(*names)
    assert refused.value.field == field


@pytest.mark.parametrize("missing", ["represents", "name"])
def test_a_witness_says_who_and_for_whom(missing: str) -> None:
    entry = WitnessEntry(
        "" if missing == "represents" else "纪检监察组", "" if missing == "name" else "何一", VALUE
    )
    with pytest.raises(TextNotUsable) as refused:
        check_witnesses([entry], makers=MAKERS, kinds=["ssq"], values=[VALUE])
    assert refused.value.field == {"represents": "represents_1", "name": "witness_1"}[missing]


def test_a_name_longer_than_its_column_is_refused_at_its_field() -> None:
    with pytest.raises(TextNotUsable) as refused:
        names_kept("何一", "长" * 101)
    assert refused.value.field == "witness_2"


@pytest.mark.parametrize("typed", ["红球 30 24 19 11 07 03 蓝球 8", "３,7,11,19,24,30 + 08"])
def test_witnesses_agree_however_they_write_it(typed: str) -> None:
    assert check_witnesses(
        seen("何一", "金二", value=typed), makers=MAKERS, kinds=["ssq"], values=[VALUE]
    )


@pytest.mark.parametrize("typed", ["03 07 11 19 24 30+09", "03 07 11 19 24 O3+08", ""])
def test_a_witness_who_read_something_else_stops_the_draw(typed: str) -> None:
    entries = [*seen("何一"), WitnessEntry("企业代表", "金二", typed)]
    with pytest.raises(ValueNotAgreed) as refused:
        check_witnesses(entries, makers=MAKERS, kinds=["ssq"], values=[VALUE])
    assert refused.value.field == "value_2"


def test_values_of_several_sources_come_in_their_order() -> None:
    kinds = [EntropyKind.SSQ, EntropyKind.DICE]
    dice = "31415265351234561234"
    assert read_values(kinds, f"{VALUE}； {dice}", field="value") == [VALUE, dice]
    for typed in (VALUE, f"{dice};{VALUE}", f"{VALUE};{dice};"):
        with pytest.raises(ValueNotAgreed):
            read_values(kinds, typed, field="value")
