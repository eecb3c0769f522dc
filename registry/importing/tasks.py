"""Celery entry points of the import desk."""

from celery import shared_task
from django.utils import timezone

from registry.importing.services.importing import sweep_imports


@shared_task(name="registry.work_on_imports", ignore_result=True)
def work_on_imports() -> None:
    """Nudged when an import waits; the timetable sends it too, so that a killed worker's is resumed."""
    now = timezone.now()
    sweep_imports(today=timezone.localdate(now), now=now)
