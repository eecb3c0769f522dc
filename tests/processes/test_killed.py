"""kill -9 before each single statement and commit of a step: before it or after it, never between."""

import os
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, connections
from django.utils import timezone

from disclosure.models import PublicPlan, PublicProof
from disclosure.services.integrity import disclosure_faults
from disclosure.services.sweep import catch_up
from inspections.models import Assignment
from inspections.services.dispatch import NothingToDispatch, dispatch_wave
from inspections.services.integrity import inspection_faults
from registry.choices import DisclosureMark
from registry.models import AuditEvent, CheckLedgerEntry
from sampling.models import Draw, SamplingPlan
from sampling.rules.entropy_calendar import drand_round
from sampling.services import draws, freezing, proofs
from sampling.services.integrity import sampling_faults
from tests import cast

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
NOW = timezone.now().replace(microsecond=0)
SAID = {
    "freeze": "plan.frozen",
    "draw": "plan.drawn",
    "approve": "plan.approved",
    "dispatch": "wave.dispatched",
    "reveal": "plan.revealed",
}
MOST = 400  # statements; more would mean that the step never ends


def steps(number: str) -> dict[str, Callable[[], object]]:
    users = {user.username: user for user in User.objects.all()}
    return {
        "freeze": lambda: freezing.freeze_plan(
            number=number,
            actor=users["director1"],
            entropy=[drand_round(NOW - timedelta(hours=1))],
            now=NOW - timedelta(hours=49),
            outside_window_reason="首期补办",
        ),
        "draw": lambda: draws.draw_plan(
            number=number,
            actor=users["planner1"],
            value=cast.DRAND_VALUE,
            witnesses=cast.witnesses(),
            now=NOW,
        ),
        "approve": lambda: draws.approve_plan(number=number, actor=users["director2"], now=NOW),
        "dispatch": lambda: dispatch_wave(number=number, actor=users["planner1"], now=NOW),
        "reveal": lambda: proofs.reveal_plan(number=number, actor=users["director1"], now=NOW),
    }


def runs_through(step: Callable[[], object], *, statements: int) -> bool:
    """The step in a process of its own that is killed -9 before its next statement or commit."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            _run_and_die(step, statements)
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the step failed by itself"
    return not os.WIFSIGNALED(status)


def _run_and_die(step: Callable[[], object], left: int) -> None:
    commit = connection._commit

    def count() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def counted_commit() -> None:
        count()
        commit()

    def counted(execute: Any, *arguments: Any) -> Any:
        count()
        return execute(*arguments)

    connection._commit = counted_commit  # type: ignore[method-assign]
    with connection.execute_wrapper(counted):
        step()
    os._exit(0)


def picture() -> dict[str, Any]:
    """Every row of the two floors and the trail, counted, and the states they are in."""
    models = [
        m for label in ("sampling", "inspections") for m in apps.get_app_config(label).get_models()
    ]
    return {
        **{model.__name__: model.objects.count() for model in [*models, AuditEvent]},
        "plan": list(SamplingPlan.objects.values_list("state", flat=True)),
        "draw": list(Draw.objects.values_list("state", "announcement_digest", "record")),
        "bundles": Draw.objects.filter(bundle__isnull=False).count(),
        "out": list(Draw.objects.values_list("waves__dispatched_at", flat=True)),
    }


def kill_everywhere(step: Callable[[], object]) -> int:
    """Kill the step at each of its points in turn until it stands; how many left nothing behind.

    That what then stands is the whole of it, quotas, waves, witnesses and teams included, is
    what ``check_integrity`` says of it.
    """
    before = picture()
    for statements in range(MOST):
        whole = runs_through(step, statements=statements)
        after = picture()
        if after != before:
            assert [*sampling_faults(), *inspection_faults()] == []
            return statements
        assert not whole, "it ran through and changed nothing"
    raise AssertionError(f"not done after {MOST} statements")


def finish_everything(number: str) -> None:
    """What the upper floors tell the ledger once every result is out."""
    with suppress(NothingToDispatch):
        while True:
            dispatch_wave(number=number, actor=None, now=NOW)
    CheckLedgerEntry.objects.bulk_create(
        CheckLedgerEntry(
            source=row.source,
            checked_on=timezone.localdate(NOW),
            check_source="random",
            plan_number=number,
            counts_toward_ratio=True,
            reference=row.number,
            disclosure=DisclosureMark.PUBLISHED,
        )
        for row in Assignment.objects.select_related("source")
    )


def test_each_step_killed_anywhere_has_happened_whole_or_not_at_all(quarter: str) -> None:
    killed = {}
    for name, step in steps(quarter).items():
        if name == "reveal":
            finish_everything(quarter)
        killed[name] = kill_everywhere(step)
        assert AuditEvent.objects.filter(action=SAID[name]).count() == 1

        # What the killed process had no time to publish, the next sweep does.
        catch_up(now=NOW)
        assert list(disclosure_faults()) == []
        assert PublicPlan.objects.count() == 1

    assert PublicProof.objects.count() == 1
    assert all(points > 5 for points in killed.values()), killed
