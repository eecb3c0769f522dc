"""Service worker, manifest and the pages a tablet keeps."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from inspections.models import Assignment
from inspections.views.tablet import ASSETS
from tests.scene import Scene

from .device import Device

ASSET = re.compile(r"/static/([\w./-]+\.(?:js|css|png|svg))")


def test_the_worker_keeps_everything_the_pages_load(device: Device) -> None:
    asked: set[str] = set()
    for page in ("", "record/", "sign/", "gate/"):
        text = device.client.get(f"/inspections/{device.assignment.public_id}/{page}").content
        asked |= set(ASSET.findall(text.decode()))

    assert asked <= set(ASSETS)
    assert all(finders.find(name) for name in ASSETS)


def test_the_worker_is_served_at_the_root_and_never_from_a_cache(db: None) -> None:
    response = Client().get("/sw.js")
    text = response.content.decode()

    assert response["Cache-Control"] == "no-cache"
    assert response["Service-Worker-Allowed"] == "/"
    assert re.search(r'const VERSION = "[0-9a-f]{12}";', text)
    assert '"/inspections/offline/"' in text
    assert Client().post("/sw.js").status_code == 405


def test_the_app_can_be_installed(db: None) -> None:
    response = Client().get("/inspections/app.webmanifest")
    manifest = json.loads(response.content)

    assert response["Content-Type"].startswith("application/manifest+json")
    assert manifest["start_url"] == "/inspections/"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix(f"/{settings.STATIC_URL.strip('/')}/"))


@pytest.mark.parametrize("page", ["", "record/", "sign/", "gate/"])
def test_a_page_says_for_whom_it_was_made_and_no_cache_but_the_workers_keeps_it(
    device: Device, lead: Any, page: str
) -> None:
    response = device.client.get(f"/inspections/{device.assignment.public_id}/{page}")

    assert response["X-Chanji-Account"] == str(lead.pk)
    assert "no-store" in response["Cache-Control"]


def test_a_page_of_the_app_travels_compressed_and_small(device: Device) -> None:
    response = device.client.get(
        f"/inspections/{device.assignment.public_id}/record/", HTTP_ACCEPT_ENCODING="gzip"
    )

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 50_000


def test_today_stands_before_everything_else(scene: Scene, assignment: Assignment) -> None:
    client = Client()
    client.force_login(scene.lead(assignment))

    text = client.get("/inspections/").content.decode()

    order = [text.index(f'id="g-{key}"') for key in ("today", "accept", "active", "done")]
    assert order == sorted(order)
    today = text[order[0] : order[1]]
    assert assignment.number in today


def test_the_offline_page_names_nobody(db: None) -> None:
    text = Client().get("/inspections/offline/").content.decode()

    assert "没有网络" in text
    assert "tablet-config" not in text
