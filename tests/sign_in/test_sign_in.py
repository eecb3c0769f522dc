"""Guessing a password is stopped, in Chinese, and the right one is not mistaken for a guess."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.choices import BureauRole
from sampling.services.plans import draft_plan
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(world_prepared: None) -> None:
    cast.account("planner1", BureauRole.PLANNER, "陆清和")


def sign_in(password: str) -> int:
    data = {"username": "planner1", "password": password}
    return Client().post("/accounts/login/", data).status_code


def test_the_right_password_signs_in(planner: None) -> None:
    assert sign_in("wrong") == 200
    assert sign_in(cast.PASSWORD) == 302


def test_six_wrong_passwords_lock_the_account_here(planner: None) -> None:
    statuses = [sign_in(f"guess {n}") for n in range(6)]

    assert statuses[-1] == 429
    assert sign_in(cast.PASSWORD) == 429
    page = Client().post("/accounts/login/", {"username": "planner1", "password": "x"})
    assert "15 分钟" in page.content.decode()


def test_a_session_left_open_cannot_try_out_passwords(planner: None) -> None:
    """再次输入密码: wrong ones count as at the sign-in, whatever else the form says."""
    user = User.objects.get(username="planner1")
    plan = draft_plan(quarter="2027Q1", actor=user)
    client = Client()
    client.force_login(user)
    page = f"/plans-desk/{plan.number}/freeze/"

    statuses = [client.post(page, {"password": f"guess {n}"}).status_code for n in range(6)]

    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert client.post(page, {"password": cast.PASSWORD}).status_code == 429


@pytest.mark.parametrize(
    "path",
    [
        "/inspections/",
        "/inspections/00000000-0000-4000-8000-000000000000/record/",
        "/inspections/00000000-0000-4000-8000-000000000000/sign/?again=1",
        "/inspections/review/",
        "/plans-desk/",
    ],
)
def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(db: None, path: str) -> None:
    answer = Client().get(path)

    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?{urlencode({'next': path}, safe='/')}"


def test_a_button_without_a_session_and_a_tablet_get_their_own_answers(db: None) -> None:
    page = "/inspections/00000000-0000-4000-8000-000000000000/submit/"
    assert Client().post(page).status_code == 403
    assert Client().get("/inspections/sync/").status_code == 401
    assert Client().get(f"/inspections/evidence/{'0' * 64}/").status_code == 401


def test_the_wrong_role_is_told_so_and_not_led_in_a_circle(planner: None) -> None:
    client = Client()
    client.force_login(User.objects.get(username="planner1"))

    assert client.get("/inspections/review/").status_code == 403
