"""The fairness report: revealed draws only, nothing of a sealed one."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.models import CheckLedgerEntry
from sampling.models import Draw, SamplingPlan
from sampling.services import proofs
from sampling.services.fairness import fairness_of, items_not_covered, revealed_draws
from sampling.tests.conftest import QUARTER, moment
from sampling.tests.services.test_draws import approved, finish_all


@pytest.fixture
def revealed(plan: SamplingPlan, planner: User, director: User) -> Draw:
    finish_all(approved(planner, director))
    return proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30))


def test_classes_add_up_to_the_quotas(revealed: Draw) -> None:
    report = fairness_of([revealed])

    drawn = sum(line["drawn"] for line in report["classes"])
    assert drawn == sum(line["quota"] for line in revealed.quotas)
    assert sum(line["expected"] for line in report["classes"]) == pytest.approx(drawn, abs=0.05)
    assert all(0 <= fit["p"] <= 1 for fit in report["fits"])


def test_loads_and_coverage(revealed: Draw) -> None:
    report = fairness_of([revealed])

    [officers] = [load for load in report["loads"] if load["label"] == "执法人员"]
    total = sum(line["quota"] for line in revealed.quotas) * 2
    assert officers["mean"] * officers["people"] == pytest.approx(total, abs=0.1)
    assert officers["most"] - officers["least"] <= 1  # whoever carries least goes next
    [point] = report["coverage"]
    assert point["covered"] == len(revealed.bundle["selected"]["key"])


def test_a_sealed_draw_has_no_report(plan: SamplingPlan, planner: User, director: User) -> None:
    draw = approved(planner, director)

    with pytest.raises(ValueError, match="sealed"):
        fairness_of([draw])
    assert revealed_draws(2026) == []


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
