"""行政处罚决定 in public, and the staff's clock behind each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from disclosure.choices import PublicationState


class PublicPenalty(models.Model):
    """One published decision. A changed or revoked one keeps its place and says only that."""

    number = models.CharField(_("处罚决定书文号"), max_length=60, unique=True)
    enterprise_name = models.CharField(_("企业名称"), max_length=320)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    enterprise_key = models.CharField(_("企业标识"), max_length=20, db_index=True)
    authority = models.CharField(_("处罚机关"), max_length=100)
    violation = models.TextField(_("违法事实"))
    content = models.CharField(_("处罚内容"), max_length=500)
    basis = models.CharField(_("处罚依据"), max_length=500)
    amount = models.DecimalField(_("罚款金额（元）"), max_digits=12, decimal_places=2)
    decided_on = models.DateField(_("决定日期"))
    due_on = models.DateField(_("公示期限"))
    published_on = models.DateField(_("公示日期"))
    # Taken down: the text above is emptied, what happened is told instead.
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    ended_on = models.DateField(_("变更或撤销日期"), null=True, blank=True)
    ended_text = models.CharField(_("变更或撤销情况"), max_length=330, blank=True, default="")

    class Meta:
        verbose_name = _("公开的处罚决定")
        verbose_name_plural = _("公开的处罚决定")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, ended_on__isnull=True, ended_text="")
                | Q(
                    withdrawn_at__isnull=False,
                    ended_on__isnull=False,
                    violation="",
                    content="",
                    basis="",
                    amount=0,
                )
                & ~Q(ended_text=""),
                name="ended_penalty_is_taken_down_and_says_why",
            ),
            models.CheckConstraint(
                condition=Q(published_on__gte=F("decided_on")),
                name="penalty_is_published_after_it_is_decided",
            ),
        ]
        indexes = [models.Index(fields=["-decided_on", "-id"], name="public_penalty_page_idx")]

    def __str__(self) -> str:
        return self.number


class PenaltyLink(models.Model):
    """Staff only: which decision stands behind which public copy, and until when it must be out."""

    decision = models.OneToOneField(
        "inspections.PenaltyDecision", models.PROTECT, related_name="+", verbose_name=_("处罚决定")
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=PublicationState, default=PublicationState.WAITING
    )
    penalty = models.OneToOneField(
        PublicPenalty,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("公开的处罚决定"),
    )
    due_on = models.DateField(_("公示期限"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("公示人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("处罚公示事项")
        verbose_name_plural = _("处罚公示事项")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published", penalty__isnull=False)
                | Q(state="waiting", penalty__isnull=True)
                | Q(state__in=["withdrawn", "withheld"]),
                name="published_penalty_has_its_copy",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="penalty_sweep_idx")]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.get_state_display()}"
