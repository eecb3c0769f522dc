"""频次豁免: why a unit may be visited beyond the yearly cap (国办发〔2024〕54号)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.choices import CapExemptionKind
from registry.querysets import CapExemptionQuerySet

from .sources import PollutionSource


class CapExemption(models.Model):
    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="cap_exemptions", verbose_name=_("污染源")
    )
    kind = models.CharField(_("豁免情形"), max_length=20, choices=CapExemptionKind)
    reason = models.CharField(_("理由"), max_length=300)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("登记人"),
    )

    objects = CapExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("频次豁免")
        verbose_name_plural = _("频次豁免")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="cap_exemption_ends_after_it_starts",
                violation_error_message=_("终止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="cap_exemption_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.source.code} {self.get_kind_display()}"
