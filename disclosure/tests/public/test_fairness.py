"""公平性报告 in public: by plan and year, made of the public proofs, with each unit in a file."""

import csv
import io
import json
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import PublicFairness, PublicProof
from disclosure.services.fairness_reports import refresh_fairness, wrong_reports
from sampling.tests.rules import vector

pytestmark = pytest.mark.django_db


def _publish(bundle: dict[str, Any], commitment: str) -> PublicProof:
    text = json.dumps(bundle, ensure_ascii=False)
    return PublicProof.objects.create(
        plan_number=bundle["announcement"]["plan"],
        commitment=commitment,
        bundle=text,
        sha256=sha256(text.encode()).hexdigest(),
        published_at=timezone.now(),
    )


@pytest.fixture
def proof() -> PublicProof:
    proof = _publish(vector.bundle(), "a" * 64)
    assert refresh_fairness() == 2  # the plan and its year
    return proof


def test_the_plan_and_its_year_have_a_page_and_a_file_of_their_units(
    proof: PublicProof, client: Client
) -> None:
    bundle, year = json.loads(proof.bundle), proof.plan_number[:4]

    for page, file in (
        (f"/plans/{proof.plan_number}/fairness/", f"/fairness/{proof.plan_number}/units.csv"),
        (f"/fairness/{year}/", f"/fairness/{year}/units.csv"),
    ):
        assert file in client.get(page).content.decode()
        text = client.get(file).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert {row["名录编号"] for row in rows if row["实抽次数"] == "1"} == {
            unit for units in bundle["selected"].values() for unit in units
        }
        drawn = sum(len(units) for units in bundle["selected"].values())
        expected = sum(float(row["应抽次数（平均）"]) for row in rows)
        assert expected == pytest.approx(drawn, abs=0.001 * len(rows))


def test_the_year_follows_when_another_plan_is_revealed(proof: PublicProof, client: Client) -> None:
    bundle = json.loads(proof.bundle)
    other = f"{proof.plan_number}-S1"
    bundle["pool"] = bundle["pool"].replace(f"\t{proof.plan_number}\t", f"\t{other}\t", 1)
    bundle["announcement"]["plan"] = other
    _publish(bundle, "b" * 64)

    assert refresh_fairness() == 2  # the new plan, and the year again
    assert refresh_fairness() == 0
    page = client.get(f"/fairness/{proof.plan_number[:4]}/").content.decode()
    assert other in page
    assert "抽中不止一次的单位" in page


def test_nothing_stands_where_nothing_was_revealed(client: Client) -> None:
    assert client.get("/fairness/2026/").status_code == 404
    assert client.get("/fairness/2026/units.csv").status_code == 404
    assert client.get("/plans/2026Q1/fairness/").status_code == 404


def test_a_report_that_was_altered_is_named(proof: PublicProof) -> None:
    assert list(wrong_reports()) == []

    row = PublicFairness.objects.get(scope=proof.plan_number)
    row.report["classes"][0]["drawn"] += 1
    row.save()
    PublicFairness.objects.filter(scope=proof.plan_number[:4]).delete()

    assert list(wrong_reports()) == [proof.plan_number[:4], proof.plan_number]


def test_a_proof_that_cannot_be_read_stops_nothing(proof: PublicProof) -> None:
    PublicProof.objects.filter(pk=proof.pk).update(bundle="{}", sha256="0" * 64)

    assert refresh_fairness() == 0
    assert proof.plan_number in list(wrong_reports())
