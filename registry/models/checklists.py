"""Inspection items, the ten must-checks and dated legal bases (domain rules §2)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.choices import CheckMethod, ItemClass, ListLevel

from .evidence import EvidenceFile


class LegalBasis(models.Model):
    """One article with the days on which it is law. Shipped articles are 待核 until confirmed."""

    code = models.CharField(_("编码"), max_length=40, unique=True)
    title = models.CharField(_("法律法规"), max_length=120)
    article = models.CharField(_("条款"), max_length=120, blank=True, default="")
    valid_from = models.DateField(_("施行日期"))
    valid_to = models.DateField(_("废止前最后一日"), null=True, blank=True)
    confirmed = models.BooleanField(_("已核对"), default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("核对人"),
    )
    confirmed_at = models.DateTimeField(_("核对时间"), null=True, editable=False)
    # Where the text of the law was looked up.
    confirmation_note = models.CharField(
        _("核对来源"), max_length=300, blank=True, default="", editable=False
    )
    note = models.CharField(_("备注"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("抽查依据")
        verbose_name_plural = _("抽查依据")
        ordering = ["title", "valid_from", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="legal_basis_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        mark = "" if self.confirmed else "（待核）"
        return f"《{self.title}》{self.article}{mark}"


class PartnerDepartment(models.Model):
    """A department that inspects together with the bureau (部门联合抽查).

    Its people are the inspectors whose 单位 is its name; they take part in joint plans only.
    """

    name = models.CharField(_("部门名称"), max_length=100, unique=True)
    active = models.BooleanField(_("参与联合抽查"), default=True)
    note = models.CharField(_("备注"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("联合抽查部门")
        verbose_name_plural = _("联合抽查部门")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="partner_department_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class InspectionItemList(models.Model):
    """One version of 随机抽查事项清单."""

    level = models.CharField(_("层级"), max_length=12, choices=ListLevel)
    department = models.ForeignKey(
        PartnerDepartment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="item_lists",
        verbose_name=_("联合部门"),
    )
    version = models.PositiveSmallIntegerField(_("版本"))
    title = models.CharField(_("名称"), max_length=100)
    effective_from = models.DateField(_("生效日期"))
    note = models.TextField(_("说明"), blank=True, default="")
    # Of the bureau's own list: the version of the prefecture's it was derived from.
    derived_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="derived",
        verbose_name=_("依据的清单"),
    )
    # Of a list that was taken over: the workbook it came from.
    file = models.ForeignKey(
        EvidenceFile,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("原文件"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("录入人"),
    )

    class Meta:
        verbose_name = _("抽查事项清单")
        verbose_name_plural = _("抽查事项清单")
        ordering = ["level", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "version"],
                condition=Q(department__isnull=True),
                name="one_item_list_per_level_and_version",
            ),
            models.UniqueConstraint(
                fields=["department", "version"],
                condition=Q(department__isnull=False),
                name="one_item_list_per_department_and_version",
            ),
            models.CheckConstraint(
                condition=Q(level="partner", department__isnull=False)
                | (~Q(level="partner") & Q(department__isnull=True)),
                name="partner_item_list_names_its_department",
            ),
            models.CheckConstraint(
                condition=Q(derived_from__isnull=True) | Q(level="bureau"),
                name="only_the_bureaus_list_is_derived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.version}版"


class InspectionItem(models.Model):
    item_list = models.ForeignKey(
        InspectionItemList, models.PROTECT, related_name="items", verbose_name=_("清单")
    )
    code = models.CharField(_("事项编码"), max_length=20)
    name = models.CharField(_("抽查事项"), max_length=120)
    item_class = models.CharField(_("事项类别"), max_length=10, choices=ItemClass)
    body = models.CharField(_("检查主体"), max_length=100)
    target = models.CharField(_("检查对象"), max_length=100)
    content = models.TextField(_("检查内容"))
    method = models.CharField(_("检查方式"), max_length=12, choices=CheckMethod)
    ratio = models.CharField(_("抽查比例"), max_length=100, blank=True, default="")
    frequency = models.CharField(_("抽查频次"), max_length=100, blank=True, default="")
    level = models.CharField(_("检查层级"), max_length=100, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("序号"), default=0)
    # The cells of the published list as they stood, by column title.
    original = models.JSONField(_("原文"), default=dict, blank=True, editable=False)
    bases = models.ManyToManyField(
        LegalBasis, through="ItemBasis", related_name="items", verbose_name=_("抽查依据")
    )

    class Meta:
        verbose_name = _("抽查事项")
        verbose_name_plural = _("抽查事项")
        ordering = ["item_list", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["item_list", "code"], name="one_item_code_per_list"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ItemBasis(models.Model):
    item = models.ForeignKey(InspectionItem, models.CASCADE, verbose_name=_("抽查事项"))
    basis = models.ForeignKey(LegalBasis, models.PROTECT, verbose_name=_("抽查依据"))

    class Meta:
        verbose_name = _("事项依据")
        verbose_name_plural = _("事项依据")
        constraints = [
            models.UniqueConstraint(fields=["item", "basis"], name="one_link_per_item_and_basis")
        ]

    def __str__(self) -> str:
        return f"{self.item_id}-{self.basis_id}"


class MustCheckSet(models.Model):
    """One version of the ten must-checks; a record keeps the version it was filled with."""

    version = models.PositiveSmallIntegerField(_("版本"), unique=True)
    title = models.CharField(_("名称"), max_length=100)
    effective_from = models.DateField(_("生效日期"))
    note = models.TextField(_("说明"), blank=True, default="")

    class Meta:
        verbose_name = _("十必查清单")
        verbose_name_plural = _("十必查清单")
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.title} 第{self.version}版"


class MustCheck(models.Model):
    check_set = models.ForeignKey(
        MustCheckSet, models.PROTECT, related_name="checks", verbose_name=_("清单")
    )
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("检查内容"), max_length=100)
    points = models.TextField(_("检查要点"), blank=True, default="")
    bases = models.ManyToManyField(
        LegalBasis, through="MustCheckBasis", related_name="must_checks", verbose_name=_("依据")
    )

    class Meta:
        verbose_name = _("必查项")
        verbose_name_plural = _("必查项")
        ordering = ["check_set", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_set", "number"], name="one_must_check_per_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=10), name="must_check_number_is_1_to_10"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class MustCheckBasis(models.Model):
    check_item = models.ForeignKey(MustCheck, models.CASCADE, verbose_name=_("必查项"))
    basis = models.ForeignKey(LegalBasis, models.PROTECT, verbose_name=_("依据"))

    class Meta:
        verbose_name = _("必查项依据")
        verbose_name_plural = _("必查项依据")
        constraints = [
            models.UniqueConstraint(
                fields=["check_item", "basis"], name="one_link_per_must_check_and_basis"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_item_id}-{self.basis_id}"
