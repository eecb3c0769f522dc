"""Guessing a password is stopped, in Chinese, and the right one is not mistaken for a guess."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.choices import BureauRole
from sampling.services.plans import draft_plan
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(db: None) -> None:
    cast.prepare_house()
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
