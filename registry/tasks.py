"""Celery entry points of this floor."""

from celery import shared_task
from django.utils import timezone

from registry.rules.quarter import Quarter
from registry.selectors import work_calendar
from registry.services import deadlines
from registry.services.heartbeat import beat


@shared_task(name="registry.heartbeat", ignore_result=True)
def heartbeat() -> None:
    """Beat sends it, a worker runs it: its row is young only while both live."""
    beat(name="scheduler", now=timezone.now())


@shared_task(name="registry.sweep_deadlines", ignore_result=True)
def sweep_deadlines() -> int:
    now = timezone.now()
    beat(name="deadline_sweep", now=now)
    return deadlines.sweep_deadlines(today=timezone.localdate(now), calendar=work_calendar())


@shared_task(name="registry.start_plan_clock", ignore_result=True)
def start_plan_clock() -> None:
    """Next quarter's plan has a deadline from the first day of this quarter on."""
    deadlines.start_plan_clock(
        quarter=Quarter.of(timezone.localdate()).next, calendar=work_calendar()
    )
