"""The item lists in the browser: import, differences, derivation, the law, coverage."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from registry.models import EvidenceFile, InspectionItemList, LegalBasis
from registry.tests.item_lists.test_item_lists import LIST, ROWS, workbook

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
URL = "/registry/item-lists/"


@pytest.fixture
def staff(world_staffed: dict[str, User], evidence_root: Path) -> dict[str, User]:
    return world_staffed


def as_user(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def upload(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("昌吉州清单.xlsx", content or LIST)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "title": "昌吉州清单", "effective_from": TODAY.isoformat(), "note": "州环发1号", **changes,
    }  # fmt: skip


def test_a_list_is_looked_at_confirmed_and_compared(staff: dict[str, User]) -> None:
    planner = as_user(staff["planner1"])

    tried = planner.post(f"{URL}import/", form(file=upload(), preview=""))

    assert "读出 3 项，尚未写入" in words(tried)
    assert "联系科室" in words(tried)
    assert "文件新增" in words(tried)
    assert "右侧" not in words(tried)
    assert not InspectionItemList.objects.filter(level="prefecture").exists()
    sha256 = EvidenceFile.objects.get().sha256
    assert f'value="{sha256}"' in tried.content.decode()
    done = planner.post(f"{URL}import/", form(kept=sha256, confirm=""), follow=True)
    assert "水污染防治检查" in words(done)
    assert "待核" in words(done)
    assert "仅右侧有" in words(planner.get(f"{URL}compare/"))
    assert as_user(staff["publisher1"]).get(URL).status_code == 200


def test_a_version_of_the_bureau_is_derived_and_shown_side_by_side(
    staff: dict[str, User],
) -> None:
    planner = as_user(staff["planner1"])
    assert planner.get(f"{URL}derive/").status_code == 302
    planner.post(f"{URL}import/", form(file=upload(), confirm=""))
    basis = InspectionItemList.objects.get(level="prefecture")
    later = (TODAY + timedelta(days=20)).isoformat()
    data = {"basis": basis.pk, "source": basis.pk, "effective_from": later, "note": "结合园区实际"}

    refused = planner.post(f"{URL}derive/", {**data, "effective_from": TODAY.isoformat()})
    assert refused.status_code == 422
    assert "应在今天之后" in refused.content.decode()
    page = words(planner.post(f"{URL}derive/", data, follow=True))
    assert "尚未生效" in page

    made = InspectionItemList.objects.get(level="bureau", version=2)
    both = words(planner.get(f"{URL}compare/?left={basis.pk}&right={made.pk}"))
    assert "检查主体 州生态环境局 昌吉高新区环境保护局" in both


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a workbook", ""),
        (workbook([(*ROWS[0][:2], "随便", *ROWS[0][3:])], merged=False), "请填“重点检查事项”"),
    ],
)
def test_a_file_that_cannot_be_taken_over_is_explained(
    staff: dict[str, User], content: bytes, said: str
) -> None:
    answer = as_user(staff["planner1"]).post(
        f"{URL}import/", form(file=upload(content), confirm="")
    )

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not InspectionItemList.objects.filter(level="prefecture").exists()


@pytest.mark.parametrize(
    "query", ["left=x&right=1", "left=1", "left=99999&right=1", "left=" + "9" * 50]
)
def test_nonsense_finds_no_list(staff: dict[str, User], query: str) -> None:
    assert as_user(staff["planner1"]).get(f"{URL}compare/?{query}").status_code == 404


def test_an_article_is_confirmed_by_a_person(staff: dict[str, User]) -> None:
    row = LegalBasis.objects.get(code="XKTL")
    planner, url = as_user(staff["planner1"]), f"/registry/legal-bases/{row.pk}/"
    assert "排污许可管理条例" in words(planner.get("/registry/legal-bases/"))
    data = {
        "title": row.title, "article": "第二十五条", "valid_from": "2021-03-01", "valid_to": "",
        "note": "国家法律法规数据库",
    }  # fmt: skip

    assert planner.post(url, {**data, "note": ""}).status_code == 422
    assert planner.post(url, data).status_code == 302

    row.refresh_from_db()
    assert row.confirmed_by == staff["planner1"]
    page = words(planner.get("/registry/legal-bases/?all=1"))
    assert "已核对 陆清和" in page
    assert as_user(staff["director1"]).post(url, data).status_code == 403


@pytest.mark.parametrize(
    "query", ["", "?year=2000", "?year=abc", "?year=9999", "?level=prefecture"]
)
def test_the_coverage_page_names_what_is_missing(staff: dict[str, User], query: str) -> None:
    answer = as_user(staff["publisher1"]).get(f"{URL}coverage/{query}")

    assert answer.status_code == 200
    if not query:
        assert "尚未检查" in words(answer)
