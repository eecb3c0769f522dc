"""线索, from what came in to how it ended (实施方案 二（一）; domain rules §4, §5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.choices import ClueState
from registry.choices import ClueKind
from registry.models import PollutionSource


class Clue(models.Model):
    """One tip or finding. ``reporter_box`` is encrypted and opened on the clue desk alone."""

    number = models.CharField(_("线索编号"), max_length=20, unique=True)
    kind = models.CharField(_("线索类型"), max_length=12, choices=ClueKind)
    received_on = models.DateField(_("接收日期"))
    origin = models.CharField(_("来源（单位、文号或设备）"), max_length=200, blank=True, default="")
    content = models.TextField(_("线索内容"))
    # Empty while nobody knows which unit of the register it is; then unit_text says what is known.
    source = models.ForeignKey(
        PollutionSource,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clues",
        verbose_name=_("污染源"),
    )
    unit_text = models.CharField(_("所述单位"), max_length=200, blank=True, default="")
    urgent = models.BooleanField(_("紧急"), default=False)
    reporter_box = models.TextField(_("举报人信息（加密）"), blank=True, default="")
    # Of imported ones: the same row again is the same clue.
    fingerprint = models.CharField(_("导入指纹"), max_length=64, blank=True, default="")
    state = models.CharField(
        _("状态"), max_length=16, choices=ClueState, default=ClueState.RECORDED
    )
    # Nobody where a citizen sent it through the public site.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("登记人"),
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    judgement = models.CharField(_("研判意见"), max_length=500, blank=True, default="")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("研判人"),
    )
    judged_at = models.DateTimeField(_("研判时间"), null=True, blank=True)
    remote_possible = models.BooleanField(_("可以非现场核查"), default=True)
    no_remote_reason = models.CharField(
        _("不能非现场核查的原因"), max_length=300, blank=True, default=""
    )
    remote_means = models.CharField(_("非现场核查方式"), max_length=200, blank=True, default="")
    remote_finding = models.CharField(_("非现场核查情况"), max_length=500, blank=True, default="")
    remote_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核查人"),
    )
    remote_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    close_reason = models.CharField(_("办结理由"), max_length=500, blank=True, default="")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("办结人"),
    )
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("线索")
        verbose_name_plural = _("线索")
        ordering = ["-received_on", "-pk"]
        permissions = [
            ("handle_clues", _("登记和办理线索")),
            ("view_reporter", _("查看举报人信息")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ClueState.values) & Q(kind__in=ClueKind.values),
                name="clue_state_and_kind_are_known",
            ),
            models.CheckConstraint(condition=~Q(content=""), name="clue_says_something"),
            models.CheckConstraint(
                condition=Q(state="recorded", judged_by__isnull=True, judged_at__isnull=True)
                | (
                    ~Q(state="recorded")
                    & Q(judged_by__isnull=False, judged_at__isnull=False)
                    & ~Q(judgement="")
                ),
                name="judged_clue_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="remote_checked")
                | (Q(remote_by__isnull=False, remote_at__isnull=False) & ~Q(remote_finding="")),
                name="remotely_checked_clue_says_what_was_found",
            ),
            models.CheckConstraint(
                condition=Q(remote_possible=True) | ~Q(no_remote_reason=""),
                name="clue_without_remote_check_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_by__isnull=False, closed_at__isnull=False)
                & ~Q(close_reason="")
                | (~Q(state="closed") & Q(closed_by__isnull=True, closed_at__isnull=True)),
                name="closed_clue_says_who_and_why",
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(fingerprint=""),
                name="one_clue_per_imported_row",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="clue_desk_idx")]

    def __str__(self) -> str:
        return self.number

    @property
    def unit(self) -> PollutionSource | None:
        """The record that speaks for the unit now; ``source`` stays the one the clue named."""
        return self.source.standing if self.source else None

    @property
    def unit_name(self) -> str:
        return self.unit.display_name if self.unit else self.unit_text
