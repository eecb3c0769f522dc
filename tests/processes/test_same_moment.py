"""Two people press at the same moment: one result, and one clear answer for the other."""

import subprocess
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from inspections.models import Assignment
from sampling.models import Draw, Wave
from sampling.rules.entropy_calendar import drand_round
from sampling.services.draws import approve_plan, draw_plan
from sampling.services.freezing import freeze_plan
from tests import cast

from .conftest import Processes

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
OTHER_VALUE = "6e" * 32


def freeze(quarter: str) -> Draw:
    now = timezone.now() - timedelta(hours=49)
    return freeze_plan(
        number=quarter,
        actor=cast_user("director1"),
        entropy=[drand_round(now + timedelta(hours=48))],
        now=now,
        outside_window_reason="首期补办",
    )


def cast_user(name: str) -> User:
    return User.objects.get(username=name)


def outcomes(*children: subprocess.Popen[str]) -> tuple[list[int], str]:
    texts = [child.communicate(timeout=60)[0] for child in children]
    return sorted(child.returncode for child in children), "\n".join(texts)


def test_two_freezes_make_one(processes: Processes, quarter: str) -> None:
    arguments = (
        "freeze_plan", quarter, "--user", "director1", "--outside-window-reason", "首期补办",
    )  # fmt: skip

    codes, text = outcomes(processes.manage(*arguments), processes.manage(*arguments))

    assert codes == [0, 1]
    assert "不能冻结" in text
    assert "Traceback" not in text
    assert Draw.objects.count() == 1


def test_two_draws_make_one(processes: Processes, quarter: str) -> None:
    freeze(quarter)

    def command(value: str) -> tuple[str, ...]:
        seen = [f"{represents}/{name}: {value}" for represents, name in cast.WITNESSES]
        return (
            "draw_plan", quarter, "--user", "planner1", "--value", value,
            "--witness", seen[0], "--witness", seen[1],
        )  # fmt: skip

    codes, text = outcomes(
        processes.manage(*command(cast.DRAND_VALUE)), processes.manage(*command(OTHER_VALUE))
    )

    assert codes == [0, 1]
    assert "不能抽取" in text
    assert "Traceback" not in text
    assert Draw.objects.get().witnesses.count() == 2


def test_two_approvals_make_one(processes: Processes, quarter: str) -> None:
    freeze(quarter)
    drawn(quarter)

    codes, text = outcomes(
        processes.manage("approve_plan", quarter, "--user", "director2"),
        processes.manage("approve_plan", quarter, "--user", "director2"),
    )

    assert codes == [0, 1]
    assert "不能批准" in text
    assert Draw.objects.get().state == "approved"


def drawn(quarter: str) -> None:
    draw_plan(
        number=quarter,
        actor=cast_user("planner1"),
        value=cast.DRAND_VALUE,
        witnesses=cast.witnesses(),
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
