"""Whatever people type or send: a Chinese answer that says how to mend it, never a traceback."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from chanji_dualrandom import handlers
from chanji_dualrandom.env import BASE_DIR
from registry.rules.quarter import Quarter
from registry.rules.texts import TextNotUsable
from registry.web.commands import in_chinese
from sampling.models import SamplingPlan
from sampling.rules.entropy_calendar import upcoming
from sampling.rules.quotas import QuotaBelowFloor
from sampling.services.freezing import EntropyNotUsable, freeze_plan
from sampling.services.plans import RatioAboveWhole, draft_plan, edit_plan
from tests.processes.conftest import environment

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return world_staffed


@pytest.fixture
def quarter(staff: dict[str, User]) -> str:
    quarter = str(Quarter.of(timezone.localdate()).next)
    draft_plan(quarter=quarter, actor=staff["planner1"])
    return quarter


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize(("key", "special"), [(200, 50), (10**12, 50), (25, 101)])
def test_a_ratio_above_the_whole_is_refused(
    staff: dict[str, User], quarter: str, key: int, special: int
) -> None:
    form = {"key_ratio": key, "special_ratio": special, "waves": 3, "items": [], "note": ""}

    answer = client_of(staff["planner1"]).post(f"/plans-desk/{quarter}/", form)

    assert answer.status_code == 422
    with pytest.raises(RatioAboveWhole):
        edit_plan(plan_id=SamplingPlan.objects.get().pk, actor=staff["planner1"], **form)


@pytest.mark.parametrize(("low", "value"), [("key_ratio", 24), ("special_ratio", 49)])
def test_a_ratio_below_its_floor_is_refused_at_its_field(
    staff: dict[str, User], quarter: str, low: str, value: int
) -> None:
    ratios = {"key_ratio": 25, "special_ratio": 50, low: value}

    with pytest.raises(QuotaBelowFloor) as refused:
        edit_plan(
            plan_id=SamplingPlan.objects.get().pk,
            actor=staff["planner1"], waves=3, items=[], note="", **ratios,
        )  # fmt: skip
    assert refused.value.field == low


def test_unknown_ids_are_not_found(staff: dict[str, User]) -> None:
    director = client_of(staff["director1"])

    for path in ("/disclosure/withholdings/99999/", "/inspections/changes/99999/"):
        assert director.post(path).status_code == 404, path
    assert director.get("/inspections/review/99999/").status_code == 404


def test_the_wrong_method_gets_a_page_that_says_so(staff: dict[str, User]) -> None:
    answer = client_of(staff["planner1"]).get("/plans-desk/draft/")

    assert answer.status_code == 405
    assert "不能这样打开" in answer.content.decode()
    assert answer["Allow"] == "POST"


def test_the_error_page_survives_its_own_failure(
    rf: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise ValueError("no manifest")

    monkeypatch.setattr(handlers, "render", broken)

    answer = handlers.server_error(rf.get("/"))  # type: ignore[attr-defined]

    assert answer.status_code == 500
    assert "系统出现错误" in answer.content.decode()


def test_texts_longer_than_their_column_are_refused_by_name(
    staff: dict[str, User], quarter: str
) -> None:
    now = timezone.now()
    common = {
        "number": quarter,
        "actor": staff["director1"],
        "now": now,
    }
    lottery = upcoming(now + timedelta(hours=48), 1)[0]
    dice = {"kind": "dice", "id": "会" * 41, "at": lottery["at"]}

    with pytest.raises(EntropyNotUsable, match="1至40个字"):
        freeze_plan(entropy=[lottery, dice], outside_window_reason="补办", **common)
    with pytest.raises(TextNotUsable, match="时段外冻结原因最多300个字"):
        freeze_plan(entropy=[lottery], outside_window_reason="因" * 600, **common)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("workdays", "9999-12-31", "20"), "只能计算"),
        (("export_sources", "."), "是目录"),
        (("export_sources", "/proc/x.xlsx"), "无法读写"),
        (("import_sources", "x" * 5000), "无法读写"),
        (("import_sources", "none.xlsx"), "找不到文件"),
    ],
)
def test_commands_answer_in_chinese(
    staff: dict[str, User], arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command(*arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("workdays", "2026-03-06", "abc"), "参数 n 应为数字"),
        (("freeze_plan", "2027Q1"), "缺少参数"),
        (("void_draw", "2027Q1", "--user", "x", "--confirm", "--reject"), "不能同时使用"),
        (("workdays", "2026-03-06", "1", "--fast"), "不认识的参数"),
    ],
)
def test_wrong_arguments_are_explained_in_chinese(arguments: tuple[str, ...], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert words in done.stderr
    assert "--help" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_complaint_nobody_translated_still_stands_behind_a_chinese_word() -> None:
    assert in_chinese("something new") == "参数有误：something new"
