"""Celery entry points of this floor."""

from celery import shared_task
from django.utils import timezone

from inspections.services import left_units
from inspections.services.dispatch import NothingToDispatch, dispatch_wave
from inspections.services.evidence import drop_abandoned_parts
from inspections.services.rechecks import open_due_rechecks
from registry.papers.stored_files import drop_unfinished
from sampling.selectors import due_plans


@shared_task(name="inspections.dispatch_due_waves", ignore_result=True)
def dispatch_due_waves() -> int:
    """Dispatch every wave whose day has come, one transaction each; returns how many."""
    now = timezone.now()
    dispatched = 0
    for number in due_plans(timezone.localdate(now)):
        try:
            dispatch_wave(number=number, actor=None, now=now)
        except NothingToDispatch:
            continue  # another worker was faster
        dispatched += 1
    return dispatched


@shared_task(name="inspections.drop_abandoned_parts", ignore_result=True)
def drop_abandoned_uploads() -> int:
    """Parts of evidence files nobody came back for, and what killed processes left half received;
    returns how many files."""
    now = timezone.now()
    return drop_abandoned_parts(now=now) + drop_unfinished(now=now)


@shared_task(name="inspections.open_rechecks", ignore_result=True)
def open_rechecks() -> int:
    """Dispatch the rechecks whose day has come; returns how many."""
    return open_due_rechecks(now=timezone.now())


@shared_task(name="inspections.tell_teams_of_left_units", ignore_result=True)
def tell_teams_of_left_units() -> int:
    return left_units.tell_teams_of_left_units()
