"""The public form: a clue without a name, a receipt that tells nothing, and no room for abuse."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import ComplaintQuota, ComplaintReceipt
from disclosure.rules.complaint import SENT_AN_HOUR
from disclosure.services import complaints
from disclosure.views import complaints as complaint_views
from inspections.models import Clue
from registry.models import AuditEvent, Deadline
from tests.cast import staff_accounts

pytestmark = pytest.mark.django_db
TEXT = "夜里两点排口冒黄水，约半小时"
CONTACT = "王某某 13900001234"


@pytest.fixture(autouse=True)
def _house(world_prepared: None) -> None:
    """Roles, calendar and lists are there."""


def filled(**changes: str) -> dict[str, str]:
    """The form as a person fills it, opened half a minute ago."""
    token, question = complaints.new_form(now=timezone.now() - timedelta(seconds=30))
    values = {"unit": "某某化工厂后门", "content": TEXT, "contact": CONTACT, "website": "",
              "token": token, "answer": str(question.left + question.right)}  # fmt: skip
    return {**values, **changes}


def send(client: Client | None = None, **changes: str) -> Any:
    return (client or Client()).post("/complaints/", filled(**changes))


def code_in(answer: Any) -> str:
    found = re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){2}", answer.content.decode())
    assert found is not None
    return found[0]


def test_a_tip_becomes_a_clue_with_its_clock_and_its_reporter_encrypted() -> None:
    answer = send()

    clue = Clue.objects.get()
    assert answer.status_code == 200
    assert (clue.kind, clue.content, clue.unit_text) == ("complaint", TEXT, "某某化工厂后门")
    assert clue.recorded_by is None
    assert CONTACT not in clue.reporter_box
    assert Deadline.objects.filter(subject=f"clue:{clue.pk}").exists()
    assert not [e for e in AuditEvent.objects.all() if CONTACT in str(e.__dict__)]


def test_the_receipt_tells_the_state_and_nothing_else() -> None:
    code = code_in(send())

    answer = Client().post("/complaints/state/", {"code": code.lower()})
    text = answer.content.decode()

    assert "已收到，等待研判" in text
    for private in (TEXT, CONTACT, "某某化工厂", Clue.objects.get().number):
        assert private not in text
    assert code not in str(ComplaintReceipt.objects.values())


def test_an_unknown_receipt_is_answered_like_a_wrong_one() -> None:
    send()

    for code in ("2222-2222-2222", "x", ""):
        assert Client().post("/complaints/state/", {"code": code}).status_code == 404


def test_the_same_form_twice_is_one_clue() -> None:
    form = filled()

    first, second = Client().post("/complaints/", form), Client().post("/complaints/", form)

    assert (first.status_code, second.status_code) == (200, 422)
    assert "已经收到" in second.content.decode()
    assert Clue.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"answer": "999"}, "算术题答案不对"), ({"website": "http://spam"}, "未被接受"),
     ({"token": "forged"}, "已失效"), ({"content": ""}, "必填"), ({"content": "长" * 2001}, "2000"),
     ({"content": "\0"}, "空字符")],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_what_no_honest_person_sends_is_refused_and_kept_on_the_page(
    changes: dict[str, str], words: str
) -> None:
    answer = send(**changes)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "某某化工厂后门" in answer.content.decode()
    assert not Clue.objects.exists()


def test_one_address_sends_a_few_an_hour_and_no_address_is_kept() -> None:
    for _n in range(SENT_AN_HOUR):
        assert send().status_code == 200

    assert send().status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").post("/complaints/", filled()).status_code == 200
    assert "127.0.0.1" not in str(ComplaintQuota.objects.values())


def test_quotas_are_forgotten_after_a_day() -> None:
    send()
    ComplaintQuota.objects.update(hour=timezone.now() - timedelta(hours=26))

    send()

    assert ComplaintQuota.objects.count() == 1


def test_receipts_cannot_be_guessed_in_bulk() -> None:
    answers = [Client().post("/complaints/state/", {"code": "2222-2222-2222"}) for _n in range(31)]

    assert [a.status_code for a in answers] == [404] * 30 + [429]


def test_an_enormous_body_is_refused_before_it_is_read() -> None:
    answer = Client().post("/complaints/", {"content": "长" * 20_000})

    assert answer.status_code == 413


def test_behind_the_proxy_the_visitors_own_address_counts(settings: Any, rf: Any) -> None:
    request = rf.get("/", HTTP_X_FORWARDED_FOR="forged, 203.0.113.9")

    settings.BEHIND_PROXY = True
    assert complaint_views.client_address(request) == "203.0.113.9"
    settings.BEHIND_PROXY = False
    assert complaint_views.client_address(request) == "127.0.0.1"


def test_the_form_sets_no_cookie_and_is_kept_by_nobody() -> None:
    answer = Client().get("/complaints/")

    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_staff_find_the_tip_on_the_clue_desk() -> None:
    send()
    client = Client()
    client.force_login(staff_accounts()["planner1"])

    page = client.get(f"/inspections/clues/{Clue.objects.get().pk}/")

    assert TEXT in page.content.decode()
    assert "公示网站网上举报" in page.content.decode()
    assert CONTACT not in page.content.decode()
