"""A message sent by one process is executed by another; a killed worker loses nothing."""

import json
import signal
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from disclosure.models import PublicationLink, PublicResult
from disclosure.services.publishing import open_publication, queue_results
from disclosure.tasks import publication_sweep
from inspections.models import Assignment, RecordVersion, Review
from registry.clocks.selectors import work_calendar
from registry.models import Deadline, Heartbeat, MustCheckSet, PollutionSource
from registry.tasks import heartbeat
from tests import cast

from .conftest import Processes, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
RESULTS = 120


def approved_assignments(count: int, publisher: User) -> None:
    """Approved records with their publication clocks, queued for the worker."""
    now = timezone.now()
    check_set = MustCheckSet.objects.get()
    sources = PollutionSource.objects.bulk_create(
        [
            PollutionSource(
                code=f"PS{n:05d}",
                name=f"昌吉示范第{n}号有限公司",
                no_code_reason="individual",
                regulatory_type="general",
            )
            for n in range(count)
        ]
    )
    assignments = Assignment.objects.bulk_create(
        [
            Assignment(
                number=f"CJ-T-{n:04d}",
                check_source="daily",
                source=source,
                must_check_set=check_set,
                state="approved",
                dispatched_at=now - timedelta(hours=3),
                due_on=timezone.localdate(),
                submitted_at=now - timedelta(hours=1),
                completed_at=now,
            )
            for n, source in enumerate(sources)
        ]
    )
    content = json.dumps([{"section": "items", "value": {"methods": {"CJ-01": "on_site"}}}])
    versions = RecordVersion.objects.bulk_create(
        [
            RecordVersion(
                assignment=assignment,
                number=1,
                content=content,
                digest="0" * 64,
                outcome="1",
                inspected_from=now - timedelta(hours=2),
                inspected_to=now - timedelta(hours=1),
                submitted_by=publisher,
                submitted_at=now,
            )
            for assignment in assignments
        ]
    )
    Review.objects.bulk_create(
        [Review(version=v, decision="approved", reviewer=publisher, at=now) for v in versions]
    )
    calendar = work_calendar()
    links = [open_publication(assignment_id=a.pk, calendar=calendar).pk for a in assignments]
    queue_results(link_ids=links, actor=publisher)


def test_a_message_sent_here_is_executed_in_the_worker(processes: Processes) -> None:
    cast.prepare_house()
    processes.worker()

    heartbeat.delay()

    wait_until(lambda: Heartbeat.objects.filter(name="scheduler").exists(), "the heartbeat")


@pytest.mark.embedded
def test_a_worker_killed_while_publishing_publishes_everything_once(
    processes: Processes,
) -> None:
    cast.prepare_house()
    publisher = cast.staff_accounts()["publisher1"]
    approved_assignments(RESULTS, publisher)
    worker = processes.worker()
    publication_sweep.delay()
    wait_until(lambda: PublicResult.objects.count() >= 3, "the first results")

    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)
    done = PublicResult.objects.count()
    assert done < RESULTS, "the worker was too fast to be killed half-way"
    processes.worker()
    publication_sweep.delay()
    wait_until(lambda: PublicResult.objects.count() == RESULTS, "all results")

    links = PublicationLink.objects.all()
    wait_until(lambda: not links.exclude(state="published").exists(), "all links")
    assert links.count() == RESULTS
    assert links.values("result").distinct().count() == RESULTS
    assert PublicResult.objects.values("assignment_number").distinct().count() == RESULTS
    assert not Deadline.objects.filter(kind="publish_result", state="open").exists()


def test_two_workers_and_many_sweeps_publish_each_result_once(processes: Processes) -> None:
    cast.prepare_house()
    approved_assignments(30, cast.staff_accounts()["publisher1"])
    processes.worker()
    processes.worker()

    for _ in range(6):
        publication_sweep.delay()

    wait_until(lambda: PublicResult.objects.count() == 30, "all results")
    assert PublicationLink.objects.filter(state="published").count() == 30
