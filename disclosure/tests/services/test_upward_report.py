"""The workbook reported upward: published copies alone, figures anyone can recompute."""

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from disclosure.models import PublicationLink, PublicResult
from disclosure.services.publishing import publish_result
from disclosure.services.sweep import catch_up
from disclosure.services.upward_report import NothingToReport, plan_workbook
from inspections.services.review import approve_record
from sampling.models import Draw
from sampling.services.draws import recompute
from tests.scene import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world_scene: Scene, evidence_root: Path) -> Scene:
    scene = world_scene
    version = scene.submitted()
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    catch_up(now=scene.now)
    link = PublicationLink.objects.get()
    publish_result(link_id=link.pk, actor=scene.users["publisher1"], now=timezone.now())
    catch_up(now=timezone.now())
    return scene


def rows(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    workbook = load_workbook(BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook}


def test_plan_progress_and_results_stand_on_three_sheets(scene: Scene) -> None:
    PublicResult.objects.update(enterprise_name="=1+1")
    client = Client()
    client.force_login(scene.users["publisher1"])

    answer = client.get(f"/disclosure/report/{scene.quarter}.xlsx")

    sheets = rows(answer.content)
    plan = [dict(zip(sheets["计划"][0], row, strict=True)) for row in sheets["计划"][1:]]
    assert sum(line["已公示"] for line in plan) == 1  # type: ignore[misc]
    assert {line["抽取数"] for line in plan} == {2, 3}
    assert ("已完成", 1) in sheets["进展"]
    assert sheets["结果"][1][1] == "=1+1"  # text, never a formula
    assert "report" in answer["Content-Disposition"]


def test_no_sealed_name_is_in_it(scene: Scene) -> None:
    target = BytesIO()

    plan_workbook(scene.quarter, target)

    text = str(rows(target.getvalue()))
    sent = {assignment.source.code for assignment in scene.assignments}
    sealed = set(recompute(Draw.objects.get()).result.teams) - sent
    assert sealed
    assert not [code for code in sealed if code in text]


def test_a_quarter_without_an_announcement_is_refused(scene: Scene) -> None:
    with pytest.raises(NothingToReport, match="2020Q1"):
        plan_workbook("2020Q1", BytesIO())
