"""Celery entry points of this floor."""

from celery import shared_task
from django.utils import timezone

from disclosure.services import sweep


@shared_task(name="disclosure.publication_sweep", ignore_result=True)
def publication_sweep() -> int:
    now = timezone.now()
    return sweep.publication_sweep(now=now, since=now - sweep.RECENT)


@shared_task(name="disclosure.full_sweep", ignore_result=True)
def full_sweep() -> int:
    """The same over everything stored: what an outage of days left behind."""
    return sweep.publication_sweep(now=timezone.now())
