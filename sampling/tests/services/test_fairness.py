"""The fairness report: revealed draws only, nothing of a sealed one."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.item_lists.selectors.item_coverage import items_not_covered
from registry.models import CheckLedgerEntry
from sampling.models import Draw, SamplingPlan
from sampling.services import proofs
from sampling.services.fairness import fairness_of, revealed_bundles, unit_lines
from sampling.tests.conftest import QUARTER, moment
from sampling.tests.services.test_draws import approved, finish_all


@pytest.fixture
def revealed(plan: SamplingPlan, planner: User, director: User) -> Draw:
    finish_all(approved(planner, director))
    return proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30))


def test_classes_add_up_to_the_quotas(revealed: Draw) -> None:
    report = fairness_of([revealed.bundle])

    drawn = sum(line["drawn"] for line in report["classes"])
    assert drawn == sum(line["quota"] for line in revealed.quotas)
    assert sum(line["expected"] for line in report["classes"]) == pytest.approx(drawn, abs=0.05)
    assert all(0 <= fit["p"] <= 1 for fit in report["fits"])


def test_loads_and_coverage(revealed: Draw) -> None:
    report = fairness_of([revealed.bundle])

    [officers] = [load for load in report["loads"] if load["label"] == "执法人员"]
    total = sum(line["quota"] for line in revealed.quotas) * 2
    assert officers["mean"] * officers["people"] == pytest.approx(total, abs=0.1)
    assert officers["most"] - officers["least"] <= 1  # whoever carries least goes next
    [point] = report["coverage"]
    assert point["covered"] == len(revealed.bundle["selected"]["key"])


def test_a_sealed_draw_has_no_report(plan: SamplingPlan, planner: User, director: User) -> None:
    approved(planner, director)

    assert revealed_bundles(2026) == []


def _renumbered(bundle: dict[str, Any], plan: str) -> dict[str, Any]:
    """The same pool as another plan's; only what the report reads of it."""
    pool = bundle["pool"].replace(f"\t{bundle['announcement']['plan']}\t", f"\t{plan}\t", 1)
    return {**bundle, "announcement": {**bundle["announcement"], "plan": plan}, "pool": pool}


def test_each_unit_stands_beside_what_the_rule_expects_of_it(revealed: Draw) -> None:
    lines = unit_lines([revealed.bundle])

    assert {line.source_id for line in lines if line.drawn} == {
        unit for units in revealed.bundle["selected"].values() for unit in units
    }
    quotas = sum(line["quota"] for line in revealed.quotas)
    assert sum(line.expected for line in lines) == pytest.approx(quotas)
    assert len(lines) == revealed.bundle["pool"].count("\nS\t")


def test_units_drawn_more_than_once_are_named_with_what_was_to_be_expected(revealed: Draw) -> None:
    twice = [revealed.bundle, _renumbered(revealed.bundle, "2026Q4")]

    often = fairness_of(twice)["often"]

    assert fairness_of(twice[:1])["often"] == []
    drawn = {u for units in revealed.bundle["selected"].values() for u in units}
    assert 0 < len(often) == min(len(drawn), 20)
    assert {line["unit"] for line in often} <= drawn
    assert all(line["drawn"] == line["draws"] == 2 for line in often)


def test_construction_projects_are_not_called_general_dischargers(revealed: Draw) -> None:
    both = [revealed.bundle, _renumbered(revealed.bundle, "2026Q3-C1")]

    labels = {line["label"] for line in fairness_of(both)["classes"]}

    assert {"建设项目", "一般排污单位"} <= labels


def test_coverage_counts_the_key_units_of_the_register_not_of_a_joint_plan(revealed: Draw) -> None:
    joint = _renumbered(revealed.bundle, "2026Q4-J1")
    key = [line for line in joint["pool"].split("\n") if line.startswith("S\tkey\t")]
    left_out = joint["reserves"]["key"][0]  # one that was not drawn
    [line] = [line for line in key if f"\t{left_out}\t" in line]
    joint["pool"] = joint["pool"].replace(line + "\n", "")

    [first, second] = fairness_of([revealed.bundle, joint])["coverage"]

    assert first["pool"] == second["pool"] == len(key)
    assert second["newly"] == 0


def test_items_no_check_has_looked_at_are_named(revealed: Draw) -> None:
    before = items_not_covered(2026)
    entry = CheckLedgerEntry.objects.first()
    assert entry is not None
    entry.items = [before[0].split()[0]]
    entry.save()

    assert items_not_covered(2026) == before[1:]


def test_the_page_shows_the_year(revealed: Draw, planner: User) -> None:
    client = Client()
    client.force_login(planner)

    page = client.get("/plans-desk/fairness/2026/").content.decode()

    assert QUARTER in page
    assert "重点排污单位" in page
    assert client.get("/plans-desk/fairness/2025/").status_code == 200
    assert client.get("/plans-desk/fairness/999/").status_code == 404
