from celery import shared_task
from django.utils import timezone

from sampling.services.reveals import reveal_complete_plans


@shared_task(name="sampling.reveal_complete_plans", ignore_result=True)
def reveal_complete() -> int:
    """Publish the proof of every plan whose last result is out."""
    return reveal_complete_plans(now=timezone.now())
