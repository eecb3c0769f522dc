import pytest

from registry.rules.texts import TextNotUsable
from sampling.rules.witnesses import TooFewWitnesses, check_witnesses


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        pytest.param(["何一", "金二"], ["何一", "金二"], id="two"),
        pytest.param([" 何一 ", "", "金二"], ["何一", "金二"], id="an empty line between"),
        pytest.param(["何一", "金二", "何一"], ["何一", "金二"], id="one of them twice"),
        pytest.param(["何一", "金二", "苗三"], ["何一", "金二", "苗三"], id="three"),
    ],
)
def test_each_witness_counts_once(names: list[str], kept: list[str]) -> None:
    assert check_witnesses(names, drawn_by="李计划") == kept


@pytest.mark.parametrize(
    ("names", "field"),
    [
        pytest.param([], "witness_2", id="nobody"),
        pytest.param(["何一"], "witness_2", id="one"),
        pytest.param(["何一", " 何一 "], "witness_2", id="the same person twice"),
        pytest.param(["李计划", "何一"], "witness_1", id="who draws"),
        pytest.param(["何一", "", "李计划"], "witness_3", id="who draws, behind an empty line"),
    ],
)
def test_two_others_than_the_one_who_draws_must_be_present(names: list[str], field: str) -> None:
    with pytest.raises(TooFewWitnesses) as refused:
        check_witnesses(names, drawn_by="李计划")
    assert refused.value.field == field


def test_a_name_longer_than_its_column_is_refused_at_its_field() -> None:
    with pytest.raises(TextNotUsable) as refused:
        check_witnesses(["何一", "长" * 101], drawn_by="李计划")
    assert refused.value.field == "witness_2"
