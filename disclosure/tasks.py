"""Celery entry points of this floor."""

from celery import shared_task
from django.utils import timezone

from disclosure.services import sweep


@shared_task(name="disclosure.publication_sweep", ignore_result=True)
def publication_sweep() -> int:
    return sweep.publication_sweep(now=timezone.now())
