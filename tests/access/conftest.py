"""One running quarter of the demonstration bureau, played once for every test of the folder."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from chanji_dualrandom.demo.changes import (
    change_registers,
    keep_people,
    merge_records,
    take_over_item_list,
)
from chanji_dualrandom.demo.clues import ClueDesk
from chanji_dualrandom.demo.grading import grade_units
from chanji_dualrandom.demo.guide import write_guide
from chanji_dualrandom.demo.imports import offer_key_list
from chanji_dualrandom.demo.people import make_accounts, make_inspectors
from chanji_dualrandom.demo.quarters import RunningQuarter
from chanji_dualrandom.demo.units import make_sources
from disclosure.services.sweep import catch_up
from registry.clocks.selectors import work_calendar
from registry.models import PollutionSource
from registry.rules.quarter import Quarter
from sampling.models import Wave
from sampling.services.waves import wave_units
from tests.access.leaks import leaks_in_stores
from tests.cast import prepare_house
from tests.databases import World, house, world_fixture


def running_quarter() -> dict[str, Any]:
    """Accounts by name; the quarter is half-way and some of its waves are still sealed."""
    prepare_house()
    quarter = Quarter.of(timezone.localdate())
    users = make_accounts()
    make_inspectors(users, year=quarter.year)
    make_sources(today=timezone.localdate(), planner=users["planner1"], director=users["director1"])
    RunningQuarter(quarter, users=users, calendar=work_calendar(), now=timezone.now()).play()
    catch_up(now=timezone.now())
    return {"users": users, "leaks": leaks_in_stores(still_sealed())}


def still_sealed() -> list[PollutionSource]:
    """The drawn units whose wave is still closed."""
    ids = [
        unit.source_id
        for wave in Wave.objects.filter(dispatched_at=None).select_related("draw__plan")
        for unit in wave_units(wave)
    ]
    assert ids, "the scene needs a sealed wave"
    return list(PollutionSource.objects.filter(pk__in=ids))


def with_full_desks(bureau: dict[str, Any]) -> None:
    """Grades, flags, the positive list and clues as well; they name units, drawn or not."""
    users, now = bureau["users"], timezone.now()
    ClueDesk(users, calendar=work_calendar(), now=now).play()
    grade_units(users=users, now=now)
    write_guide(users=users, now=now)
    change_registers(users=users, now=now)
    merge_records(users=users, now=now)
    keep_people(users=users, now=now)
    take_over_item_list(users=users, now=now)
    offer_key_list(users=users, now=now)
    catch_up(now=timezone.now())


BUREAU = World("bureau", running_quarter)
world_bureau = world_fixture(BUREAU)
world_desks = world_fixture(World("desks", with_full_desks, base=BUREAU))


@pytest.fixture
def bureau(world_bureau: dict[str, Any]) -> Iterator[dict[str, User]]:
    """The accounts; its evidence lies in the data folder, where leaks are looked for."""
    house.lay_out_evidence()
    yield world_bureau["users"]
    shutil.rmtree(settings.EVIDENCE_ROOT, ignore_errors=True)


@pytest.fixture
def leaks_of_building(world_bureau: dict[str, Any]) -> list[str]:
    """What playing the quarter left in caches and queues of the process that played it."""
    return list(world_bureau["leaks"])


@pytest.fixture
def sealed_units(bureau: dict[str, User]) -> list[PollutionSource]:
    return still_sealed()


@pytest.fixture
def desks(world_desks: None) -> None:
    """The bureau with full desks."""
