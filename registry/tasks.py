"""Celery entry points of this floor; Celery looks for them in this file."""

from celery import shared_task
from django.utils import timezone

from registry.clocks.selectors import work_calendar
from registry.clocks.services import deadlines
from registry.clocks.services.health import mail_part, raise_alarm
from registry.clocks.services.heartbeat import beat
from registry.clocks.services.mail import send_waiting_mail
from registry.grading.tasks import review_units, sweep_positive_list
from registry.importing.tasks import work_on_imports
from registry.rules.quarter import Quarter
from registry.selectors import bureau_setting
from registry.services import register_quality
from registry.services.certificates import warn_of_expiring_certificates

__all__ = [
    "count_problems",
    "heartbeat",
    "review_units",
    "send_mail",
    "start_plan_clock",
    "sweep_deadlines",
    "sweep_positive_list",
    "warn_of_certificates",
    "work_on_imports",
]


@shared_task(name="registry.heartbeat", ignore_result=True)
def heartbeat() -> None:
    """Beat sends it, a worker runs it: its row is young only while both live."""
    beat(name="scheduler", now=timezone.now())


@shared_task(name="registry.sweep_deadlines", ignore_result=True)
def sweep_deadlines() -> int:
    now = timezone.now()
    beat(name="deadline_sweep", now=now)
    return deadlines.sweep_deadlines(today=timezone.localdate(now), calendar=work_calendar())


@shared_task(name="registry.send_mail", ignore_result=True)
def send_mail() -> int:
    """Hand waiting mail over; where it does not move, say so in the inbox."""
    now = timezone.now()
    sent = send_waiting_mail(now=now)
    raise_alarm(mail_part(now=now, alarm_minutes=bureau_setting("mail_alarm_minutes")))
    return sent


@shared_task(name="registry.start_plan_clock", ignore_result=True)
def start_plan_clock() -> None:
    """Next quarter's plan has a deadline from the first day of this quarter on."""
    deadlines.start_plan_clock(
        quarter=Quarter.of(timezone.localdate()).next, calendar=work_calendar()
    )


@shared_task(name="registry.warn_of_expiring_certificates", ignore_result=True)
def warn_of_certificates() -> None:
    warn_of_expiring_certificates(today=timezone.localdate())


@shared_task(name="registry.count_problems", ignore_result=True)
def count_problems() -> None:
    register_quality.count_large_register(today=timezone.localdate())
