"""freeze_plan and draw_plan on a large register against the pure rules they call.

    DATABASE_URL=postgres://… python bench/plan.py [--sources 100000] [--inspectors 500]

Works in a test database of its own, which it makes and drops. Processor time of this process and
wall time are both shown: the second includes what PostgreSQL does. The number of queries must not
depend on the size.
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import house

house.prepare()

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.clocks.services.calendar import load_calendar
from registry.item_lists.services.checklists import load_checklists
from registry.models import Credential, Inspector, PollutionSource
from sampling.rules import protocol
from sampling.rules.entropy_calendar import next_draw
from sampling.rules.witnesses import WitnessEntry
from sampling.services import compositions, draws, freezing
from sampling.services.plans import draft_plan

QUARTER = "2026Q3"
NOW = timezone.make_aware(datetime(2026, 6, 25, 10))
LOTTERY = next_draw(protocol.EntropyKind.SSQ, NOW + timedelta(days=3))
VALUE = "03 07 11 19 24 30+08"


def fill(sources: int, inspectors: int) -> None:
    rng = random.Random(1)  # noqa: S311
    PollutionSource.objects.bulk_create(
        [
            PollutionSource(
                code=f"PS{n:06d}",
                name=f"示范{n:06d}号有限公司",
                no_code_reason="individual",
                regulatory_type="key" if n % 10 == 0 else "general",
                risk_grade=rng.choice(["high", "medium", "low"]),
            )
            for n in range(sources)
        ],
        batch_size=2000,
    )
    people = Inspector.objects.bulk_create(
        [
            Inspector(code=f"IN{n:04d}", name=f"执法员{n}", role="officer", organisation="本局")
            for n in range(inspectors)
        ]
    )
    Credential.objects.bulk_create(
        [
            Credential(
                inspector=person,
                number=f"ZF{person.code}",
                valid_from=date(2020, 1, 1),
                valid_to=date(2030, 1, 1),
            )
            for person in people
        ]
    )


class Clock:
    """Time spent inside the pure rules while the services run."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._inside = False

    def watch(self, owner: Any, name: str) -> None:
        rule: Callable[..., Any] = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._inside:
                return rule(*args, **kwargs)
            self._inside, start = True, time.perf_counter()
            try:
                return rule(*args, **kwargs)
            finally:
                self._inside, self.spent = False, self.spent + time.perf_counter() - start

        setattr(owner, name, timed)


def measured(name: str, clock: Clock, work: Callable[[], object]) -> tuple[float, float]:
    clock.spent = 0.0
    with CaptureQueriesContext(connection) as queries:
        start, cpu = time.perf_counter(), time.process_time()
        work()
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(
        f"{name}: {wall:.2f} s (processor {cpu:.2f}), of it rules {clock.spent:.2f} s,"
        f" {len(queries)} queries"
    )
    return wall, clock.spent


def run(actor: User, clock: Clock) -> None:
    draft_plan(quarter=QUARTER, actor=actor)
    freeze = measured(
        "freeze_plan",
        clock,
        lambda: freezing.freeze_plan(
            number=QUARTER,
            actor=actor,
            entropy=[LOTTERY],
            now=NOW,
        ),
    )
    draw = measured(
        "draw_plan",
        clock,
        lambda: draws.draw_plan(
            number=QUARTER,
            actor=actor,
            value=VALUE,
            witnesses=[
                WitnessEntry("纪检监察组", "何一", VALUE),
                WitnessEntry("企业代表", "金二", VALUE),
            ],
            now=protocol.read_moment("at", LOTTERY["at"]) + timedelta(hours=1),
        ),
    )
    wall, rules = freeze[0] + draw[0], freeze[1] + draw[1]
    print(f"together {wall:.2f} s = {wall / rules:.2f} x the rules' own {rules:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--inspectors", type=int, default=500)
    options = parser.parse_args()
    clock = Clock()
    clock.watch(compositions, "compose_pool")
    for name in ("render_pool", "parse_pool", "unstaffable", "announce", "hold"):
        clock.watch(protocol, name)
    connection.creation.create_test_db(verbosity=0)
    try:
        load_calendar()
        load_checklists()
        actor = User.objects.create_superuser("planner", first_name="planner")
        for sources, inspectors in ((1000, 50), (options.sources, options.inspectors)):
            print(f"{sources} sources, {inspectors} inspectors, {connection.vendor}")
            with transaction.atomic():
                fill(sources, inspectors)
                run(actor, clock)
                transaction.set_rollback(True)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
