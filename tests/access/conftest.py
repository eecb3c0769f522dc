"""One running quarter of the demonstration bureau, shared by every test of the folder."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
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
from tests.cast import prepare_house


@pytest.fixture(scope="package")
def bureau(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, User]]:
    """Accounts by name; the quarter is half-way and some of its waves are still sealed."""
    with django_db_blocker.unblock(), transaction.atomic():
        prepare_house()
        quarter = Quarter.of(timezone.localdate())
        users = make_accounts()
        make_inspectors(users, year=quarter.year)
        make_sources(
            today=timezone.localdate(), planner=users["planner1"], director=users["director1"]
        )
        RunningQuarter(quarter, users=users, calendar=work_calendar(), now=timezone.now()).play()
        catch_up(now=timezone.now())
        yield users
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def sealed_units(bureau: dict[str, User]) -> list[PollutionSource]:
    """The drawn units whose wave is still closed."""
    ids = [
        unit.source_id
        for wave in Wave.objects.filter(dispatched_at=None).select_related("draw__plan")
        for unit in wave_units(wave)
    ]
    assert ids, "the scene needs a sealed wave"
    return list(PollutionSource.objects.filter(pk__in=ids))


@pytest.fixture(scope="module")
def desks(bureau: dict[str, User], django_db_blocker: Any) -> Iterator[None]:
    """Grades, flags, the positive list and clues as well; they name units, drawn or not."""
    with django_db_blocker.unblock(), transaction.atomic():
        ClueDesk(bureau, calendar=work_calendar(), now=timezone.now()).play()
        grade_units(users=bureau, now=timezone.now())
        write_guide(users=bureau, now=timezone.now())
        change_registers(users=bureau, now=timezone.now())
        merge_records(users=bureau, now=timezone.now())
        keep_people(users=bureau, now=timezone.now())
        take_over_item_list(users=bureau, now=timezone.now())
        offer_key_list(users=bureau, now=timezone.now())
        catch_up(now=timezone.now())
        yield
        transaction.set_rollback(True)
