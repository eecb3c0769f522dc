"""The Celery app and its timetable."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chanji_dualrandom.settings")

app = Celery("chanji_dualrandom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# task, every … seconds. Each run expires before the next: a worker that was away for a day
# finds one sweep to do, not a thousand.
TIMETABLE = (
    ("registry.heartbeat", 30),
    ("registry.sweep_deadlines", 60),
    ("registry.start_plan_clock", 600),
    ("inspections.dispatch_due_waves", 60),
    ("disclosure.publication_sweep", 60),
)
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds * 0.9}}
    for task, seconds in TIMETABLE
}
