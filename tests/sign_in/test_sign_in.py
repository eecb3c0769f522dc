"""Guessing a password is stopped, in Chinese, and the right one is not mistaken for a guess."""

import pytest
from django.test import Client

from registry.choices import BureauRole
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
