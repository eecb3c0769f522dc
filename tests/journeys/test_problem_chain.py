"""From one must-check to its closure in a real browser: order, service, re-inspection, 销号, each with its
deadline and its document."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from inspections.models import Assignment, Problem
from inspections.services.review import approve_record
from tests.journeys.test_one_quarter import Walk
from tests.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def walk(browser: Any, live_server: Any) -> Walk:
    return Walk(browser, live_server.url)


def found(scene: Scene) -> Problem:
    day = timezone.localdate(scene.now) + timedelta(days=20)
    value = {
        "note": "危险废物贮存间标识缺失",
        "handling": "rectification",
        "deadline": day.isoformat(),
    }
    version = scene.submitted(problem=value)
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    return Problem.objects.get()


def reinspect(scene: Scene, again: Assignment) -> None:
    Assignment.objects.filter(pk=again.pk).update(dispatched_at=scene.now - timedelta(hours=9))
    again.refresh_from_db()
    scene.start(again)
    scene.fill(again)
    scene.sign_all(again)
    version = scene.submit(again)
    approve_record(version_id=version.pk, actor=scene.users["director2"], now=scene.now)


def documents(page: Any) -> dict[str, str]:
    """Address by text of every document the page offers."""
    links = page.query_selector_all(".files a")
    return {link.get_attribute("href"): link.inner_text() for link in links}


def test_a_problem_is_followed_from_the_must_check_to_its_closure(walk: Walk, scene: Scene) -> None:
    problem = found(scene)
    lead = scene.lead(problem.assignment)
    page = walk.open(lead.username, "/inspections/problems/")
    page.click(f"text={problem.assignment.number}")
    assert "送达责令改正通知书" in page.inner_text(".chain")
    assert "期限" in page.inner_text(".chain")

    page.fill("#step-order [name=requirements]", "七日内补齐标识并建立台账")
    page.click("#step-order button")
    page.click("#step-serve_order button")
    page.fill("#step-serve_order [name=receiver]", "张厂长")
    page.click("#step-serve_order button")
    text = page.inner_text(".chain")
    assert "直接送达" in text
    assert (timezone.localdate() + timedelta(days=30)).isoformat() in text
    walk.shot(page, "problem-served")

    page.click("#step-correction summary")
    page.set_input_files(
        "#step-correction [name=file]",
        {"name": "整改.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"},
    )
    page.fill("#step-correction [name=note]", "整改照片")
    page.click("#step-correction button")
    page.click("#step-recheck button")
    assert "复查中" in page.inner_text(".chain")
    reinspect(scene, Assignment.objects.get(check_source="reinspection"))

    page.reload()
    assert "已改正" in page.inner_text(".chain")
    papers = documents(page)
    page = walk.open("director1", f"/inspections/problems/{problem.pk}/")
    page.click("#step-close button")

    assert "已销号" in page.inner_text("h1")
    walk.shot(page, "problem-closed")
    walk.shot(walk.open("director1", f"/inspections/problems/{problem.pk}/", PHONE), "problem-360")
    walk.shot(walk.open("director1", "/inspections/problems/", PHONE), "problems-360")
    assert walk.complaints == []
    assert {Path(href).parts[5] for href in papers} == {
        "record",
        "order",
        "order-receipt",
        "recheck",
    }
    client = Client()
    client.force_login(lead)
    for href in papers:
        answer = client.get(href)
        assert (answer.status_code, len(answer.content) > 5000) == (200, True), href
