"""The map of units, drawn by the server."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from registry.models import AuditEvent, MapBoundary, PollutionSource, SpecialFlag

pytestmark = pytest.mark.django_db
MAP, BOUNDARY = "/registry/map/", "/registry/map/boundary/"
RING = [[87.0, 44.0], [87.5, 44.0], [87.5, 44.5], [87.0, 44.0]]


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return world_staffed


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def planner(staff: dict[str, User]) -> Client:
    return as_user(staff["planner1"])


def unit(number: int, place: tuple[float, float] | None, **fields: Any) -> PollutionSource:
    return PollutionSource.objects.create(
        **{
            "code": f"PS{number:05d}", "name": f"示范{number}号有限公司",
            "no_code_reason": "individual", "regulatory_type": "general",
            "longitude": place and place[0], "latitude": place and place[1], **fields,
        }
    )  # fmt: skip


@pytest.fixture
def units(staff: dict[str, User]) -> None:
    unit(1, (87.0, 44.0), regulatory_type="key")
    special = unit(2, (87.4, 44.4))
    SpecialFlag.objects.create(
        source=special, reason="high_risk", state="approved", starts_on=timezone.localdate(),
        evidence="随名录",
    )  # fmt: skip
    unit(3, (87.2, 44.2), kind="construction")
    for number in (4, 5, 6):
        unit(number, (87.1, 44.3 + number / 10_000))
    unit(7, None)
    unit(8, (44.0, 87.0))


def test_signs_clusters_and_table_show_the_same_units(planner: Client, units: None) -> None:
    page = planner.get(MAP).content.decode()

    sign = r'<a href="/registry/sources/(PS[0-9]+)/" class="map__sign map__sign--([a-z]+)"'
    assert set(re.findall(sign, page)) == {
        ("PS00001", "key"), ("PS00002", "special"), ("PS00003", "construction"),
    }  # fmt: skip
    assert "3 家，点开放大" in page
    assert "图上 6 家" in page
    assert "另有 1 家没有经纬度" in page
    assert re.findall(r'nowrap">(PS[0-9]+)<', page) == [f"PS{n:05d}" for n in range(1, 7)]


def test_a_cluster_opens_into_its_units(planner: Client, units: None) -> None:
    page = planner.get(MAP).content.decode()
    for _turn in range(8):
        link = re.search(r'<a href="(\?[^"]*)" class="map__cluster"', page)
        if link is None:
            break
        page = planner.get(MAP + link[1].replace("&amp;", "&")).content.decode()

    assert len(re.findall(r'class="map__sign map__sign--general"><title>', page)) >= 1


def test_the_map_follows_the_filter_of_the_list(planner: Client, units: None) -> None:
    page = planner.get(f"{MAP}?tab=key").content.decode()

    assert "图上 1 家" in page
    assert "PS00002" not in page


@pytest.mark.parametrize("query", ["", "view=nonsense", "view=0,0,1", "view=999,99,0.0001"])
def test_nothing_to_show_is_still_a_map(staff: dict[str, User], query: str) -> None:
    page = as_user(staff["publisher1"]).get(f"{MAP}?{query}")

    assert page.status_code == 200
    assert "这里没有单位" in page.content.decode()


def upload(client: Client, content: bytes, **fields: str) -> Any:
    file = SimpleUploadedFile("边界.geojson", content, "application/geo+json")
    return client.post(
        BOUNDARY, {"title": "高新区", "approval": "新S(2026)001号", "file": file, **fields}
    )


def test_the_bureaus_boundary_is_drawn_with_its_number(staff: dict[str, User], units: None) -> None:
    content = json.dumps({"type": "Polygon", "coordinates": [RING]}).encode()

    assert upload(as_user(staff["admin1"]), content).status_code == 302

    page = as_user(staff["planner1"]).get(MAP).content.decode()
    assert "新S(2026)001号" in page
    assert '<path d="M' in page
    assert AuditEvent.objects.filter(action="map_boundary.uploaded").exists()


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"PK\x03\x04", {}, "不是 UTF-8"),
        (b"", {}, ""),
        (b'{"type":"Point","coordinates":[87,44]}', {}, "没有面或线"),
        (b"{}", {"approval": ""}, ""),
    ],
)
def test_a_file_that_is_no_boundary_is_refused_beside_its_field(
    staff: dict[str, User], content: bytes, fields: dict[str, str], words: str
) -> None:
    answer = upload(as_user(staff["admin1"]), content, **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not MapBoundary.objects.exists()


def test_only_those_who_keep_the_settings_change_the_boundary(staff: dict[str, User]) -> None:
    assert upload(as_user(staff["planner1"]), b"{}").status_code == 403
    assert "边界文件" not in as_user(staff["planner1"]).get(MAP).content.decode()
    assert Client().get(MAP).status_code in (302, 403)
