"""The Celery app and its timetable."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, task_success
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chanji_dualrandom.settings")

TRANSPORT_ALIASES["folder"] = "chanji_dualrandom.queue:Transport"

log = logging.getLogger(__name__)
app = Celery("chanji_dualrandom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A message carries the moment it expires, read off the sender's clock. Two hours leave room for a
# clock that is an hour wrong on either side, and a worker that was away for a day still finds two
# hours of sweeps, not a thousand of each; a sweep with nothing to do takes milliseconds.
EXPIRES = 2 * 3600

# task, every … seconds. Each may run twice, or twice at once.
TIMETABLE = (
    ("registry.heartbeat", 30),
    ("registry.sweep_deadlines", 60),
    ("registry.send_mail", 60),
    ("registry.work_on_imports", 60),
    ("registry.start_plan_clock", 600),
    ("registry.review_units", 86_400),
    ("registry.sweep_positive_list", 3600),
    ("inspections.tell_teams_of_left_units", 600),
    ("registry.warn_of_expiring_certificates", 3600),
    ("registry.count_problems", 3600),
    ("inspections.dispatch_due_waves", 60),
    ("inspections.drop_abandoned_parts", 86_400),
    ("inspections.open_rechecks", 600),
    ("disclosure.publication_sweep", 60),
    ("disclosure.full_sweep", 3600),
    ("sampling.reveal_complete_plans", 600),
)

# What a run of these returns is how many things it did: worth a line, where it did any.
DONE = {
    "registry.sweep_deadlines": "提醒期限 %d 项",
    "registry.send_mail": "发出邮件 %d 封",
    "inspections.dispatch_due_waves": "派发到期批次 %d 个",
    "inspections.open_rechecks": "派发到期复查 %d 项",
    "disclosure.publication_sweep": "公示 %d 项",
    "disclosure.full_sweep": "公示 %d 项",
    "sampling.reveal_complete_plans": "公布抽取证明 %d 份",
}


@task_success.connect
def tell(sender: Any, result: Any, **_kwargs: object) -> None:
    if result and sender.name in DONE:
        log.info(DONE[sender.name], result)


@beat_init.connect
def start_now(**_kwargs: object) -> None:
    """What was due while nothing ran is done at once, not after the first interval; every task may
    run twice, so a restart changes nothing else."""
    for task, _seconds in TIMETABLE:
        app.send_task(task, expires=EXPIRES)


app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": EXPIRES}}
    for task, seconds in TIMETABLE
}
