from datetime import date

import pytest

from sampling.rules.waves import WavesDoNotFit, split_into_waves, wave_dates

MONTHS = [date(2027, 1, 4), date(2027, 2, 1), date(2027, 3, 1)]


@pytest.mark.parametrize(
    ("ids", "n", "waves"),
    [
        pytest.param("abcdefg", 3, ["abc", "de", "fg"], id="larger waves first"),
        pytest.param("abcdefgh", 3, ["abc", "def", "gh"], id="two larger waves"),
        pytest.param("abc", 1, ["abc"], id="one wave"),
        pytest.param("ab", 3, ["a", "b", ""], id="fewer units than waves"),
        pytest.param("", 2, ["", ""], id="no unit"),
    ],
)
def test_waves_keep_ticket_order_and_differ_by_at_most_one(ids: str, n: int, waves: list[str]):
    assert split_into_waves(list(ids), n) == [list(wave) for wave in waves]


@pytest.mark.parametrize(("n", "days"), [(1, [0]), (2, [0, 1]), (3, [0, 1, 2])])
def test_waves_go_out_on_the_months_first_working_days(n: int, days: list[int]):
    assert wave_dates(MONTHS, n) == [MONTHS[day] for day in days]


def test_no_wave_or_more_waves_than_days_is_refused():
    with pytest.raises(WavesDoNotFit, match="至少为1批"):
        split_into_waves(["a"], 0)
    with pytest.raises(WavesDoNotFit, match="1至3批"):
        wave_dates(MONTHS, 4)
    with pytest.raises(WavesDoNotFit, match="1至3批"):
        wave_dates(MONTHS, 0)
