"""What staff keep for those who stand in the yard: points to look at by industry, usual phrases."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IndustryPoint(models.Model):
    """检查要点 of one must-check for one industry, beside the points of the list itself."""

    number = models.PositiveSmallIntegerField(_("十必查序号"))
    industry_code = models.CharField(_("行业代码（GB/T 4754，可只填前几位）"), max_length=10)
    text = models.CharField(_("检查要点"), max_length=300)
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = _("行业检查要点")
        verbose_name_plural = _("行业检查要点")
        ordering = ["number", "industry_code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=10),
                name="industry_point_belongs_to_a_must_check",
            ),
            models.CheckConstraint(
                condition=~Q(industry_code="") & ~Q(text=""), name="industry_point_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.industry_code} {self.text[:20]}"


class FindingPhrase(models.Model):
    """常用语: how a common finding of one must-check is put into words."""

    number = models.PositiveSmallIntegerField(_("十必查序号"))
    text = models.CharField(_("常用语"), max_length=200)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = _("问题常用语")
        verbose_name_plural = _("问题常用语")
        ordering = ["number", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=10),
                name="finding_phrase_belongs_to_a_must_check",
            ),
            models.UniqueConstraint(fields=["number", "text"], name="each_finding_phrase_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:20]}"
