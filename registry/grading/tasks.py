"""Celery entry points of the grading desks."""

from celery import shared_task
from django.utils import timezone

from registry.grading.services import positive_list
from registry.grading.services.risk import assess_sources
from registry.grading.services.special_flags import propose_special_flags


@shared_task(name="registry.review_units", ignore_result=True)
def review_units() -> None:
    """Once a day: grades first, because a high grade is a reason for a special flag."""
    today = timezone.localdate()
    assess_sources(today=today)
    propose_special_flags(today=today)


@shared_task(name="registry.sweep_positive_list", ignore_result=True)
def sweep_positive_list() -> None:
    positive_list.sweep_positive_list(today=timezone.localdate())
