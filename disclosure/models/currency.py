"""What keeps the public site exact and fast. Triggers of the database write both tables in the
transaction that publishes (disclosure/database/triggers.py); no code can forget to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicTally(models.Model):
    """How many published results there are of one sort, so that no page counts a million rows."""

    quarter = models.CharField(_("季度"), max_length=6)
    category = models.CharField(_("监管类别"), max_length=20)
    outcome = models.CharField(_("结果代码"), max_length=1)
    random = models.BooleanField(_("随机抽查"))
    late = models.BooleanField(_("超期公示"))
    withdrawn = models.BooleanField(_("已撤回"))
    number = models.BigIntegerField(_("数量"))

    class Meta:
        verbose_name = _("公示计数")
        verbose_name_plural = _("公示计数")
        ordering = ["-quarter", "category", "outcome"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "category", "outcome", "random", "late", "withdrawn"],
                name="one_tally_per_sort_of_result",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.category} {self.outcome}: {self.number}"


class PublicationPulse(models.Model):
    """Changes with every change of one public table. A token, not a number: a database restored
    from a backup never counts up to a state that some process still remembers."""

    table_name = models.CharField(_("表"), max_length=63, unique=True)
    token = models.CharField(_("标记"), max_length=36)
    changed_at = models.DateTimeField(_("变动时间"))

    class Meta:
        verbose_name = _("公开内容变动")
        verbose_name_plural = _("公开内容变动")
        ordering = ["table_name"]

    def __str__(self) -> str:
        return self.table_name
