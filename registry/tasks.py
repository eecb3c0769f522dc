"""Celery entry points of this floor."""

from celery import shared_task
from django.utils import timezone

from registry.rules.quarter import Quarter
from registry.selectors import bureau_setting, work_calendar
from registry.services import deadlines, positive_list, quality
from registry.services.certificates import warn_of_expiring_certificates
from registry.services.health import mail_part, raise_alarm
from registry.services.heartbeat import beat
from registry.services.importing import sweep_imports
from registry.services.mail import send_waiting_mail
from registry.services.risk import assess_sources
from registry.services.special_flags import propose_special_flags


@shared_task(name="registry.heartbeat", ignore_result=True)
def heartbeat() -> None:
    """Beat sends it, a worker runs it: its row is young only while both live."""
    beat(name="scheduler", now=timezone.now())


@shared_task(name="registry.work_on_imports", ignore_result=True)
def work_on_imports() -> None:
    """Nudged when an import waits; the timetable sends it too, so that a killed worker's is resumed."""
    now = timezone.now()
    sweep_imports(today=timezone.localdate(now), now=now)


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


@shared_task(name="registry.review_units", ignore_result=True)
def review_units() -> None:
    """Once a day: grades first, because a high grade is a reason for a special flag."""
    today = timezone.localdate()
    assess_sources(today=today)
    propose_special_flags(today=today)


@shared_task(name="registry.sweep_positive_list", ignore_result=True)
def sweep_positive_list() -> None:
    positive_list.sweep_positive_list(today=timezone.localdate())


@shared_task(name="registry.warn_of_expiring_certificates", ignore_result=True)
def warn_of_certificates() -> None:
    warn_of_expiring_certificates(today=timezone.localdate())


@shared_task(name="registry.count_problems", ignore_result=True)
def count_problems() -> None:
    quality.count_large_register(today=timezone.localdate())
