"""Two people press at the same moment: one result, and one clear answer for the other."""

import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from inspections.models import Assignment
from registry.models import AuditEvent
from registry.rules.quarter import Quarter
from registry.services.importing import import_file
from sampling.models import Draw, Wave
from sampling.services.draws import approve_plan, draw_plan, freeze_plan, recompute
from sampling.services.plans import draft_plan
from tests import cast

from .conftest import Processes

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
ENTROPY = "双色球 2026150期：03 07 11 19 24 30 + 08"


@pytest.fixture
def quarter(tmp_path: Path) -> str:
    """A drafted plan over imported registers."""
    cast.prepare_house()
    users = cast.staff_accounts()
    today = timezone.localdate()
    for register, path in (
        ("sources", cast.sources_file(tmp_path / "s.xlsx")),
        ("inspectors", cast.inspectors_file(tmp_path / "i.xlsx", today)),
    ):
        import_file(register=register, path=path, filename=path.name, today=today)
    quarter = str(Quarter.of(today).next)
    draft_plan(quarter=quarter, actor=users["planner1"])
    return quarter


def freeze(quarter: str, *, moment: timedelta = timedelta(seconds=1)) -> Draw:
    now = timezone.now() - timedelta(minutes=5)
    return freeze_plan(
        number=quarter,
        actor=cast_user("director1"),
        entropy_source="双色球第2026150期",
        entropy_at=now + moment,
        now=now,
        outside_window_reason="首期补办",
    )


def cast_user(name: str) -> User:
    return User.objects.get(username=name)


def outcomes(*children: subprocess.Popen[str]) -> tuple[list[int], str]:
    texts = [child.communicate(timeout=60)[0] for child in children]
    return sorted(child.returncode for child in children), "\n".join(texts)


def test_two_freezes_make_one(processes: Processes, quarter: str) -> None:
    at = (timezone.now() + timedelta(hours=1)).isoformat()
    arguments = ("freeze_plan", quarter, "--user", "director1", "--entropy-source", "双色球第2026150期",
                 "--entropy-at", at, "--outside-window-reason", "首期补办")  # fmt: skip

    codes, text = outcomes(processes.manage(*arguments), processes.manage(*arguments))

    assert codes == [0, 1]
    assert "不能冻结" in text
    assert "Traceback" not in text
    assert Draw.objects.count() == 1


def test_two_draws_make_one(processes: Processes, quarter: str) -> None:
    freeze(quarter)
    first = ("draw_plan", quarter, "--user", "planner1", "--witness", "何一", "--witness", "金二")

    codes, text = outcomes(
        processes.manage(*first, "--entropy", ENTROPY),
        processes.manage(*first, "--entropy", ENTROPY + "9"),
    )

    assert codes == [0, 1]
    assert "不能抽取" in text
    assert "Traceback" not in text
    assert Draw.objects.get().witnesses.count() == 2


def test_two_approvals_make_one(processes: Processes, quarter: str) -> None:
    freeze(quarter)
    drawn(quarter)

    codes, text = outcomes(
        processes.manage("approve_plan", quarter, "--user", "director1"),
        processes.manage("approve_plan", quarter, "--user", "director2"),
    )

    assert codes == [0, 1]
    assert "不能批准" in text
    assert Draw.objects.get().state == "approved"


def drawn(quarter: str) -> None:
    draw_plan(
        number=quarter,
        actor=cast_user("planner1"),
        entropy=ENTROPY,
        witnesses=["何一", "金二"],
        now=timezone.now(),
    )


def test_two_dispatches_give_each_unit_one_assignment(processes: Processes, quarter: str) -> None:
    freeze(quarter)
    drawn(quarter)
    approve_plan(number=quarter, actor=cast_user("director2"), now=timezone.now())
    command = ("dispatch_wave", quarter, "--user", "planner1")

    _codes, text = outcomes(processes.manage(*command), processes.manage(*command))

    assert "Traceback" not in text
    waves = Wave.objects.filter(dispatched_at__isnull=False)
    assert Assignment.objects.count() == sum(wave.size for wave in waves)
    assert Assignment.objects.values("source").distinct().count() == Assignment.objects.count()
    assert Assignment.objects.values("number").distinct().count() == Assignment.objects.count()


def test_a_draw_that_is_killed_leaves_the_frozen_plan_or_the_whole_draw(
    processes: Processes, quarter: str
) -> None:
    """kill -9 earlier and earlier in the run, from about its end to its start."""
    freeze(quarter)
    command = ("draw_plan", quarter, "--user", "planner1", "--witness", "何一", "--witness", "金二",
               "--entropy", ENTROPY)  # fmt: skip
    started = time.monotonic()
    outcomes(processes.manage(*command[:-1], ""))  # refused: tells how long a run takes
    whole = time.monotonic() - started

    for part in (0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0):
        child = processes.manage(*command)
        time.sleep(whole * part)
        child.kill()
        child.communicate(timeout=60)
        draw = Draw.objects.get()
        held = AuditEvent.objects.filter(action="plan.drawn").count()
        if draw.state == "drawn":
            assert (draw.witnesses.count(), held) == (2, 1)
            assert recompute(draw)
            return
        assert (draw.state, draw.entropy_value, draw.witnesses.count(), held) == (
            "frozen",
            "",
            0,
            0,
        )
        assert draw.plan.state == "frozen"

    assert outcomes(processes.manage(*command))[0] == [0]  # nothing it left is in the way
