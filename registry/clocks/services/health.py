"""Does the machinery run? Scheduler and worker, the queue, the mail; and the alarm when one stands still."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.choices import BureauRole
from registry.clocks.rules.processes import from_text
from registry.clocks.services.deadlines import notify
from registry.clocks.services.heartbeat import scheduler_late_by
from registry.clocks.services.mail import BEAT, mail_configured
from registry.models import Heartbeat, Notification, OutgoingMail

SCHEDULER, BROKER, MAIL, PROCESSES = "scheduler", "broker", "mail", "processes"


@dataclass(frozen=True)
class Part:
    """One part of the machinery; ``since`` is the last moment it was known to work."""

    name: str
    label: str
    ok: bool
    text: str
    since: datetime | None = None


def scheduler_part(*, now: datetime, alarm_minutes: int) -> Part:
    row = Heartbeat.objects.filter(name=SCHEDULER).first()
    late = scheduler_late_by(now=now, alarm_minutes=alarm_minutes)
    if late is None:
        text = _("定时任务按时运行。")
    elif row is None:
        text = _("定时任务还没有运行过，请启动 worker 与 beat 进程。")
    else:
        text = _(
            "定时任务已停 %(minutes)d 分钟：提醒、派发和公示都不会自动进行。请检查 worker 与 beat 进程。"
        ) % {"minutes": late.total_seconds() // 60}
    return Part(SCHEDULER, _("定时任务"), late is None, text, row.at if row else None)


def mail_part(*, now: datetime, alarm_minutes: int) -> Part:
    """Late once a mail has waited longer than the alarm; without a mail server nothing can be."""
    if not mail_configured():
        return Part(MAIL, _("邮件"), True, _("未配置发信服务器，提醒只进消息箱。"))
    row = Heartbeat.objects.filter(name=BEAT).first()
    waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING)
    oldest = waiting.aggregate(at=Min("created_at"))["at"]
    since = row.at if row else None
    if oldest is None or now - oldest <= timedelta(minutes=alarm_minutes):
        return Part(MAIL, _("邮件"), True, _("邮件正常发出。"), since)
    problem = waiting.exclude(problem="").values_list("problem", flat=True).first() or _("未知")
    text = _("最早一封邮件已等待 %(minutes)d 分钟。最近的故障：%(problem)s") % {
        "minutes": (now - oldest).total_seconds() // 60,
        "problem": problem,
    }
    return Part(MAIL, _("邮件"), False, text, since)


def broker_part(*, answers: Callable[[], str]) -> Part:
    """``answers`` tries the queue and returns what is wrong, or nothing.

    A message that could not be read holds up nothing (what it was about is found by the next
    sweep), so it is told, and raises no alarm.
    """
    problem = answers()
    if problem:
        return Part(BROKER, _("任务队列"), False, _("连接不上：%(problem)s") % {"problem": problem})
    text = _("可以连接。")
    aside = unreadable_messages()
    if aside:
        text += _(
            "有 %(count)d 条消息无法读取，已移到 %(folder)s，其余照常办理；看过后可以删除。"
        ) % {
            "count": len(aside),
            "folder": aside[0].parent,
        }
    return Part(BROKER, _("任务队列"), True, text)


def processes_part() -> Part | None:
    """What the supervisor of ``make run`` wrote of its processes; None where another one has them."""
    try:
        processes = from_text(settings.PROCESSES_FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    text = "".join(process.sentence for process in processes) or _("各进程都在运行。")
    failing = [process for process in processes if process.failing]
    moments = [each.began_at for each in failing] or [each.ended_at for each in processes]
    last = max(moments, default="")
    since = datetime.fromisoformat(last) if last else None
    return Part(PROCESSES, _("进程"), not failing, text, since)


def unreadable_messages() -> list[Path]:
    """What the embedded queue set aside; Redis has nothing of the kind."""
    folder = settings.QUEUE_FOLDER
    return sorted((folder / "unreadable").glob("*.msg")) if folder else []


def raise_alarm(part: Part) -> None:
    """Tell the leaders and administrators once per outage: the key names the moment it began."""
    if part.ok:
        return
    began = timezone.localtime(part.since).strftime("%Y%m%d%H%M%S") if part.since else "never"
    users = get_user_model().objects.filter(
        is_active=True,
        groups__name__in=[BureauRole.DIRECTOR.label, BureauRole.SYSTEM.label],
    )
    notify(
        users=users.distinct(),
        key=f"alarm:{part.name}:{began}",
        text=f"{part.label}：{part.text}",
        level=Notification.Level.ALARM,
        link="/registry/oversight/",
    )
