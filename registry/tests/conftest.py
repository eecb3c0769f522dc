from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from registry.models import PollutionSource


@pytest.fixture
def person(db: None) -> Any:
    """``person("planner", MANAGE_RISK)``: an account with these permissions."""

    def make(username: str, *permissions: str) -> Any:
        user = get_user_model().objects.create_user(username)
        for permission in permissions:
            app, codename = permission.split(".")
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
        return user

    return make


@pytest.fixture
def unit(db: None) -> Any:
    """``unit(risk_grade="low")``: the next source of the register."""

    def make(**fields: Any) -> PollutionSource:
        number = PollutionSource.objects.count() + 1
        return PollutionSource.objects.create(
            **{
                "code": f"PS{number:05d}",
                "name": f"示范{number}号有限公司",
                "no_code_reason": "individual",
                "regulatory_type": "general",
                **fields,
            }
        )

    return make


@pytest.fixture
def day() -> date:
    return date(2026, 5, 13)
