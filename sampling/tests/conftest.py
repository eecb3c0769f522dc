"""People, registers and a drafted plan for sampling's own tests."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission, User

from registry.clocks.services.calendar import load_calendar
from registry.item_lists.services.checklists import load_checklists
from registry.models import Credential, Inspector, PollutionSource, SpecialFlag
from sampling import permissions
from sampling.models import SamplingPlan
from sampling.rules.entropy_calendar import next_draw
from sampling.rules.protocol import EntropyKind
from sampling.rules.witnesses import WitnessEntry
from sampling.services.plans import draft_plan

BEIJING = ZoneInfo("Asia/Shanghai")
QUARTER = "2026Q3"
# Sunday, 2026-06-28, 21:15.
SOURCE = next_draw(EntropyKind.SSQ, datetime(2026, 6, 28, 12, tzinfo=BEIJING))
SOURCE_AT = datetime.fromisoformat(SOURCE["at"])
VALUE = "03 07 11 19 24 30+08"
ENTROPY = "红球 30 24 19 11 07 03 蓝球 8"  # as somebody types it


def moment(day: int, hour: int = 10) -> datetime:
    """A moment of June 2026; the window of 2026Q3 is 06-24 … 06-30."""
    return datetime(2026, 6, day, hour, tzinfo=BEIJING)


def witnesses(*names: str, value: str = VALUE) -> list[WitnessEntry]:
    """Each stands for somebody and read the value himself."""
    return [
        WitnessEntry(f"{name}单位" if name else "", name, value if name else "") for name in names
    ]


def person(username: str, *codes: str) -> User:
    user = User.objects.create_user(username, first_name=username)
    for code in codes:
        app, codename = code.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return User.objects.get(pk=user.pk)


@pytest.fixture
def planner(db: None) -> User:
    return person(
        "planner",
        permissions.VIEW_PLAN,
        permissions.EDIT_PLAN,
        permissions.FREEZE_PLAN,
        permissions.DRAW_PLAN,
    )


@pytest.fixture
def director(db: None) -> User:
    return person(
        "director",
        permissions.APPROVE_PLAN,
        permissions.FREEZE_PLAN,
        permissions.FREEZE_OUTSIDE_WINDOW,
        permissions.WITHDRAW_FREEZE,
        permissions.REVEAL_PLAN,
        permissions.VIEW_SEALED_SELECTION,
    )


def source(number: int, type_: str = "general", **fields: Any) -> PollutionSource:
    return PollutionSource.objects.create(
        code=f"PS{number:05d}",
        name=f"示范{number:03d}号有限公司",
        no_code_reason="individual",
        regulatory_type=type_,
        **fields,
    )


def officer(number: int, *, until: date = date(2030, 1, 1)) -> Inspector:
    row = Inspector.objects.create(
        code=f"IN{number:03d}", name=f"执法员{number}", role="officer", organisation="本局"
    )
    Credential.objects.create(
        inspector=row, number=f"ZF{number:03d}", valid_from=date(2020, 1, 1), valid_to=until
    )
    return row


@pytest.fixture
def registers(db: None) -> None:
    load_calendar()
    load_checklists()
    for number in range(1, 9):
        source(number, "key")
    for number in range(9, 21):
        source(number, risk_grade="high" if number % 3 else "")
    for number in range(21, 25):
        SpecialFlag.objects.create(
            source=source(number),
            reason="many_complaints",
            evidence="台账",
            state="approved",
            starts_on=date(2026, 1, 1),
        )
    for number in range(1, 6):
        officer(number)


@pytest.fixture
def plan(registers: None, planner: User) -> SamplingPlan:
    return draft_plan(quarter=QUARTER, actor=planner)
