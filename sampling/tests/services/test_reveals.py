"""A complete plan is revealed by itself; one that needs a leader's word is told to the leaders."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from registry.models import CheckLedgerEntry, Notification
from sampling.models import Draw, SamplingPlan
from sampling.services import draws, freezing
from sampling.services.pools import sources_by_pool_id
from sampling.services.reveals import reveal_complete_plans
from sampling.tests.conftest import QUARTER, SOURCE, VALUE, moment, witnesses


@pytest.fixture
def finished(plan: SamplingPlan, planner: User, director: User) -> Draw:
    """Drawn, dispatched and inspected; results neither published nor withheld yet."""
    freezing.freeze_plan(
        number=QUARTER, actor=planner, entropy=[SOURCE], now=moment(25),
    )  # fmt: skip
    draws.draw_plan(
        number=QUARTER,
        actor=planner,
        value=VALUE,
        witnesses=witnesses("何一", "金二"),
        now=moment(29),
    )
    draw = draws.approve_plan(number=QUARTER, actor=director, now=moment(29, 15))
    draw.waves.update(dispatched_at=moment(30))
    for number, row in enumerate(
        sources_by_pool_id(draws.recompute(draw).result.teams).values(), 1
    ):
        CheckLedgerEntry.objects.create(
            source=row,
            checked_on=moment(30).date() + timedelta(days=number),
            check_source="random",
            plan_number=QUARTER,
            counts_toward_ratio=True,
            reference=f"CJ-{QUARTER}-{number:04d}",
        )
    return draw


def test_it_is_revealed_once_the_last_result_is_out(finished: Draw) -> None:
    entries = CheckLedgerEntry.objects.order_by("pk")
    entries.exclude(pk=entries[0].pk).update(disclosure="published")
    before = reveal_complete_plans(now=moment(30))

    entries.update(disclosure="published")

    assert (before, reveal_complete_plans(now=moment(30))) == (0, 1)
    assert reveal_complete_plans(now=moment(30)) == 0
    finished.refresh_from_db()
    assert finished.state == "revealed"
    assert finished.bundle["announcement"]["plan"] == QUARTER


def test_a_sealed_wave_keeps_it_closed(finished: Draw) -> None:
    CheckLedgerEntry.objects.update(disclosure="published")
    finished.waves.filter(number=3).update(dispatched_at=None)

    assert reveal_complete_plans(now=moment(30)) == 0


def test_with_a_withheld_unit_the_leaders_are_asked_once(finished: Draw, director: User) -> None:
    director.groups.add(Group.objects.create(name="局领导"))
    CheckLedgerEntry.objects.update(disclosure="published")
    CheckLedgerEntry.objects.filter(reference__endswith="0001").update(disclosure="withheld")

    assert reveal_complete_plans(now=moment(30)) == 0
    assert reveal_complete_plans(now=moment(30)) == 0

    message = Notification.objects.get(user=director)
    assert "需局领导写明理由" in message.text
    assert message.link == f"/plans-desk/{QUARTER}/reveal/"


def test_the_plan_page_offers_only_what_is_left_to_do(finished: Draw, director: User) -> None:
    client = Client()
    client.force_login(director)
    rights = Permission.objects.filter(content_type__app_label="sampling")
    director.user_permissions.add(*rights)

    def offered() -> tuple[bool, bool]:
        page = client.get(f"/plans-desk/{QUARTER}/").content.decode()
        return "派发下一批" in page, "密封读取" in page

    assert offered() == (False, True)
    finished.waves.filter(number=3).update(dispatched_at=None)
    assert offered() == (True, True)
    finished.waves.update(dispatched_at=moment(30))
    CheckLedgerEntry.objects.update(disclosure="published")
    reveal_complete_plans(now=moment(30))
    assert offered() == (False, False)
