"""Stored clocks, their reminders, the inbox and the scheduler's pulse (domain rules §4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.choices import BureauRole, DeadlineKind, DeadlineState


class Deadline(models.Model):
    """One running clock. ``subject`` is a stable key such as ``assignment:17``; ``label`` is what
    staff read and never holds a unit's name before its dispatch."""

    kind = models.CharField(_("事项"), max_length=30, choices=DeadlineKind)
    subject = models.CharField(_("对象标识"), max_length=60)
    label = models.CharField(_("对象"), max_length=200)
    link = models.CharField(_("链接"), max_length=200, blank=True, default="")
    started_on = models.DateField(_("起算日"))
    due_on = models.DateField(_("截止日"))
    provisional = models.BooleanField(_("暂定"), default=False)
    # Working days the due date was computed from; empty where the date was fixed otherwise.
    working_days = models.PositiveSmallIntegerField(_("工作日数"), null=True, blank=True)
    # For a clock that runs towards a day: ``working_days`` are then counted back from it.
    counted_back_from = models.DateField(_("倒数起点"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200)
    role = models.CharField(_("责任角色"), max_length=12, choices=BureauRole)
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("责任人")
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=DeadlineState, default=DeadlineState.OPEN
    )
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    next_check = models.DateField(_("下次提醒日"), null=True, blank=True)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("期限")
        verbose_name_plural = _("期限")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="one_clock_per_matter"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="closed_deadline_says_when",
            ),
            models.CheckConstraint(
                condition=Q(counted_back_from__isnull=True) | Q(working_days__isnull=False),
                name="deadline_counted_back_says_how_far",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_check"], name="deadline_sweep_idx")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"


class DeadlineReminder(models.Model):
    """A reminder that was sent; the unique pair makes each stage happen once."""

    deadline = models.ForeignKey(
        Deadline, models.CASCADE, related_name="reminders", verbose_name=_("期限")
    )
    # Working days left at the stage: 10, 5, 2, 0; -1 = overdue alarm.
    stage = models.SmallIntegerField(_("剩余工作日"))
    sent_at = models.DateTimeField(_("提醒时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")
        constraints = [
            models.UniqueConstraint(fields=["deadline", "stage"], name="each_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id}@{self.stage}"


class Notification(models.Model):
    """收件箱: a message to one person; ``key`` makes it arrive once."""

    class Level(models.TextChoices):
        INFO = "info", _("提示")
        WARNING = "warning", _("预警")
        ALARM = "alarm", _("逾期警报")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notifications",
        verbose_name=_("收件人"),
    )
    key = models.CharField(_("标识"), max_length=120)
    level = models.CharField(_("级别"), max_length=10, choices=Level, default=Level.INFO)
    text = models.CharField(_("内容"), max_length=300)
    link = models.CharField(_("链接"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="each_notification_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Heartbeat(models.Model):
    """Last sign of life of a background part: beat's sweep, or a worker."""

    name = models.CharField(_("部件"), max_length=40, unique=True)
    at = models.DateTimeField(_("最近运行"))
    detail = models.CharField(_("说明"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("运行心跳")
        verbose_name_plural = _("运行心跳")

    def __str__(self) -> str:
        return self.name


class CalendarFeed(models.Model):
    """The address under which one person's calendar program reads his deadlines.

    Only the digest of the address is kept: who reads the database cannot read the feed.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("所有人")
    )
    token_sha256 = models.CharField(_("地址摘要"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("建立时间"))
    read_at = models.DateTimeField(_("最近读取"), null=True, blank=True)

    class Meta:
        verbose_name = _("日历订阅")
        verbose_name_plural = _("日历订阅")

    def __str__(self) -> str:
        return str(self.user)
