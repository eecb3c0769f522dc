"""正面清单 in public: each change as a copy, of confidential units nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from disclosure.models import PublicPositiveListChange
from disclosure.services.positive_list import publish_positive_list
from registry.grading.services.positive_list import (
    enter_positive_list,
    leave_positive_list,
    sweep_positive_list,
)
from registry.models import PollutionSource

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def planner(db: None) -> Any:
    user = get_user_model().objects.create_user("planner")
    user.user_permissions.add(Permission.objects.get(codename="manage_positive_list"))
    return user


def unit(number: int, **fields: Any) -> PollutionSource:
    return PollutionSource.objects.create(
        **{
            "code": f"PS{number:05d}", "name": f"示范{number}号有限公司", "phone": "0994-5550000",
            "no_code_reason": "individual", "regulatory_type": "general", **fields,
        }
    )  # fmt: skip


def enter(source: PollutionSource, planner: Any, on: date = TODAY, **more: Any) -> None:
    fields = {"until": TODAY + timedelta(days=365), "reason": "连续三年无违法记录"}
    enter_positive_list(
        source_id=source.pk, on=on, actor=planner, today=TODAY, **{**fields, **more}
    )


def publish() -> int:
    return publish_positive_list(now=timezone.now())


def page(query: str = "") -> str:
    return Client().get(f"/positive-list/{query}").content.decode()


def test_every_change_is_published_once_with_its_reason(planner: Any) -> None:
    source = unit(1)
    enter(source, planner)
    leave_positive_list(source_id=source.pk, reason="发现超标排放", actor=planner, today=TODAY)

    assert (publish(), publish()) == (2, 0)

    text = page()
    assert "连续三年无违法记录" in text
    assert "发现超标排放" in text
    assert "目前没有单位在清单中" in text
    assert "5550000" not in text


def test_who_is_on_the_list_stands_above_the_changes(planner: Any) -> None:
    enter(unit(1), planner)
    enter(unit(2), planner, on=TODAY + timedelta(days=20))  # not yet
    publish()

    members = page().partition("年变动")[0]
    assert "示范1号有限公司" in members
    assert "示范2号有限公司" not in members


def test_an_entry_that_ran_out_is_no_member_even_before_the_sweep(planner: Any) -> None:
    source = unit(1, positive_list=True, positive_from=TODAY - timedelta(days=30),
                  positive_until=TODAY - timedelta(days=1))  # fmt: skip
    sweep_positive_list(today=TODAY - timedelta(days=2))
    publish()
    assert "示范1号有限公司" not in page().partition("年变动")[0]
    sweep_positive_list(today=TODAY)
    publish()

    source.refresh_from_db()
    assert not source.positive_list
    assert PublicPositiveListChange.objects.filter(kind="expired").count() == 1


def test_a_confidential_unit_is_never_published_and_loses_what_was(planner: Any) -> None:
    enter(unit(1, confidential=True), planner)
    later = unit(2)
    enter(later, planner)
    publish()
    assert [row.register_code for row in PublicPositiveListChange.objects.all()] == ["PS00002"]
    PollutionSource.objects.filter(pk=later.pk).update(confidential=True)
    publish()

    assert not PublicPositiveListChange.objects.exists()


def test_years_are_turned_over_and_nonsense_shows_the_newest(planner: Any) -> None:
    enter(unit(1), planner, on=TODAY - timedelta(days=366))
    enter(unit(2), planner)
    publish()

    assert (
        "示范2号有限公司"
        not in page(f"?year={(TODAY - timedelta(days=366)).year}").partition("年变动")[2]
    )
    for nonsense in ("?year=abc", "?year=99999", "?year=²", "?year="):
        assert "示范2号有限公司" in page(nonsense)


def test_the_sweep_publishes_what_the_desk_did(
    planner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enter(unit(1), planner)

    assert PublicPositiveListChange.objects.get().register_code == "PS00001"
