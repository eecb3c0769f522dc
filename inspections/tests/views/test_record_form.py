"""The record form: every field of the paper, and what stands beside the fields."""

from datetime import date

import pytest
from django.test import Client

from inspections.models import FindingPhrase, IndustryPoint
from inspections.rules.record_fields import FORM, RECORD_FIELDS, RecordField
from inspections.services.records import submit_record
from inspections.services.review import approve_record
from registry.choices import CheckSource
from tests.databases import World, world_fixture
from tests.scene import Scene
from tests.worlds import SCENE

from .device import Device

WRITTEN = [field for field in RECORD_FIELDS if field.origin == FORM and field.section != "items"]


def record_page(scene: Scene) -> str:
    """The record page of one assignment."""
    assignment = scene.started()
    client = Client()
    client.force_login(scene.lead(assignment))
    return client.get(f"/inspections/{assignment.public_id}/record/").content.decode()


world_record_page = world_fixture(World("record_page", record_page, base=SCENE))


@pytest.fixture
def form_page(world_record_page: str) -> str:
    return world_record_page


@pytest.mark.parametrize("field", WRITTEN, ids=lambda f: f"{f.section}.{f.key}")
def test_every_field_an_inspector_writes_stands_on_the_page(
    form_page: str, field: RecordField
) -> None:
    numbers = range(1, 11) if field.section == "must_check" else [0]
    for number in numbers:
        prefix = f"must_check_{number}" if number else field.section
        assert f'name="{prefix}__{field.key}"' in form_page
    assert field.label in form_page


@pytest.mark.parametrize(
    "text",
    [
        "任务编号", "检查来源", "检查事由", "监管类型", "特殊监管对象", "主办", "协办", "执法证",
        "抽查事项与检查方式", "现场", "书面", "非现场", "检查要点", "依据", "取样单", "询问笔录",
        "责令改正通知", "专家咨询意见", "拍照或添加证据", "取当前定位",
    ],
)  # fmt: skip
def test_what_the_system_adds_stands_there_too(form_page: str, text: str) -> None:
    assert text in form_page


def test_the_signing_page_has_a_place_for_everybody(device: Device) -> None:
    text = device.client.get(f"/inspections/{device.assignment.public_id}/sign/").content.decode()

    signers = ["recusal", "party", "witness"] + [
        f"officer-{member.inspector.code}"
        for member in device.assignment.team.filter(inspector__role="officer")
    ]
    assert all(f'data-signer="{signer}"' in text for signer in signers)
    assert 'data-signer="expert"' not in text
    device.write("narrative", {"expert": "丁专家", "expert_opinion": "建议"})
    again = device.client.get(f"/inspections/{device.assignment.public_id}/sign/").content.decode()
    assert 'data-signer="expert"' in again


def test_points_for_the_industry_and_usual_phrases_stand_beside_the_must_check(
    device: Device,
) -> None:
    unit = device.assignment.source
    unit.industry_code = "2614"
    unit.save()
    IndustryPoint.objects.create(number=4, industry_code="26", text="看反应釜尾气收集")
    IndustryPoint.objects.create(number=4, industry_code="44", text="看脱硫塔")
    FindingPhrase.objects.create(number=8, text="危险废物贮存间无防渗")
    FindingPhrase.objects.create(number=8, text="不再使用的说法", active=False)

    text = device.client.get(f"/inspections/{device.assignment.public_id}/record/").content.decode()

    assert "看反应釜尾气收集" in text
    assert "看脱硫塔" not in text
    assert 'data-text="危险废物贮存间无防渗"' in text
    assert "不再使用的说法" not in text


def test_the_dossier_says_what_the_unit_emits_and_that_its_permit_has_ended(device: Device) -> None:
    unit = device.assignment.source
    unit.permit_until = date(2025, 12, 31)
    unit.pollutants = ["wastewater", "waste_gas"]
    unit.save()

    text = device.client.get(f"/inspections/{device.assignment.public_id}/").content.decode()

    assert "有效期至 2025-12-31" in text
    assert "已过期" in text
    assert "废水、废气" in text


def test_what_was_verified_last_time_stands_there_to_compare(scene: Scene) -> None:
    earlier = scene.started()
    scene.write(earlier, "production", {"state": "两班生产"})
    scene.fill(earlier)
    scene.sign_all(earlier)
    version = submit_record(assignment_id=earlier.pk, actor=scene.lead(earlier), now=scene.now)
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    later = scene.started(1)
    later.plan, later.wave, later.check_source = None, None, CheckSource.COMPLAINT
    later.source = earlier.source
    later.save()
    client = Client()
    client.force_login(scene.lead(later))

    form = client.get(f"/inspections/{later.public_id}/record/").content.decode()
    dossier = client.get(f"/inspections/{later.public_id}/").content.decode()

    assert "上次核实" in form
    assert "两班生产" in form
    assert "未发现问题" in dossier


def test_far_from_the_unit_only_with_a_reason(scene: Scene, device: Device) -> None:
    unit = device.assignment.source
    unit.longitude, unit.latitude = "87.300000", "44.000000"
    unit.save()
    scene.fill(device.assignment)
    visit = device.sections()["visit"]["value"]
    device.write("visit", {**visit, "longitude": "87.400000", "latitude": "44.000000"}, base=1)
    submit = {"digest": device.signature("party")["value"]["digest"]}

    far = device.send(device.op("submit", submit))[0]["errors"]["visit"]
    visit |= {"longitude": "87.400000", "latitude": "44.000000", "distance_reason": "厂区北门"}
    device.write("visit", visit, base=2)
    submit = {"digest": device.signature("party")["value"]["digest"]}
    explained = device.send(device.op("submit", submit))[0]["errors"]

    assert "定位距单位登记位置约 79" in far
    assert "visit" not in explained
