"""The outbox: a mail is a row first; the worker sends it later, once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutgoingMail(models.Model):
    """One mail to one person, written in the transaction of the message it repeats."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        REFUSED = "refused", _("被拒收")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("收件人")
    )
    # The key of the notification it repeats: one mail per person and matter.
    key = models.CharField(_("标识"), max_length=120)
    address = models.EmailField(_("邮箱"))
    subject = models.CharField(_("主题"), max_length=200)
    text = models.TextField(_("正文"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    # When a worker may take it; taking it moves this on, so two workers never hold one mail.
    next_try_at = models.DateTimeField(_("下次发送时间"), default=timezone.now)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    problem = models.CharField(_("最近的故障"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("写入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("外发邮件")
        verbose_name_plural = _("外发邮件")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="each_mail_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="sent_mail_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state="waiting"),
                name="mail_sweep_idx",
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.subject}"
