"""The command: what it prints, and when it ends with exit code 1. No database is touched."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sampling.management.commands import simulate_year
from sampling.rules.fairness import Fit
from sampling.rules.simulation import BureauSize, MissedFloor, SimulationReport, simulate

SMALL = {"runs": 30, "key": 12, "special": 8, "general": 30, "officers": 4}


@pytest.fixture
def report() -> SimulationReport:
    return simulate(BureauSize(12, 8, 30, 4), runs=2)


def printed(**options: int) -> str:
    out = StringIO()
    call_command("simulate_year", stdout=out, **options)
    return out.getvalue()


def test_a_fair_bureau_is_told_so():
    text = printed(**SMALL)

    assert "模拟30年，重点12家、特殊8家、一般30家，执法人员4名" in text
    assert "100.00%" in text
    assert "各次模拟都达到下限" in text
    assert "抽取与规则相符" in text


def test_columns_stand_below_each_other():
    lines = printed(**SMALL).splitlines()
    head = next(line for line in lines if "应中率" in line)
    row = next(line for line in lines if line.startswith("一般排污单位    0"))

    # Two bytes in GBK are two columns on the screen.
    before_rate = row[: row.index("%")].rsplit(" ", 1)[0] + " "
    assert len(head[: head.index("应中率")].encode("gbk")) == len(before_rate.encode("gbk"))


def test_another_seed_is_another_simulation():
    assert printed(**SMALL) == printed(**SMALL)
    assert printed(**SMALL) != printed(**SMALL, seed=1)


def test_a_missed_floor_ends_with_exit_code_1(
    report: SimulationReport, monkeypatch: pytest.MonkeyPatch
):
    faulty = replace(report, missed=[MissedFloor(2, "第1季度少抽了1家")])
    monkeypatch.setattr(simulate_year, "simulate", lambda *_, **__: faulty)

    with pytest.raises(CommandError, match="第2次模拟，第1季度少抽了1家") as refused:
        printed(**SMALL)
    assert refused.value.returncode == 1


def test_an_unfair_draw_ends_with_exit_code_1(
    report: SimulationReport, monkeypatch: pytest.MonkeyPatch
):
    unfair = replace(report, by_class=dict.fromkeys(report.by_class, Fit(99.0, 2)))
    monkeypatch.setattr(simulate_year, "simulate", lambda *_, **__: unfair)

    with pytest.raises(CommandError, match="抽取与规则不符"):
        printed(**SMALL)


def test_nothing_to_test_is_not_called_fair():
    text = printed(runs=1, key=1, special=0, general=0, officers=2)

    assert "没有可以检验的抽取" in text
    assert "相符" not in text


@pytest.mark.parametrize("wrong", [{"runs": 0}, {"officers": 1}, {"key": -1}])
def test_impossible_numbers_are_refused_in_chinese(wrong: dict[str, int]):
    with pytest.raises(CommandError, match="至少"):
        printed(**{**SMALL, **wrong})
