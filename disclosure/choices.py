from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicationState(models.TextChoices):
    """Where one approved record stands on its way to the public page."""

    WAITING = "waiting", _("待公示")
    QUEUED = "queued", _("排队公示")
    PUBLISHED = "published", _("已公示")
    WITHHELD = "withheld", _("不予公开")
    WITHDRAWN = "withdrawn", _("已撤回")


class WithholdingGround(models.TextChoices):
    """Grounds of 实施方案 二（五）."""

    CONFIDENTIAL = "confidential", _("涉及保密")
    NATIONAL_SECURITY = "national_security", _("涉及国家安全")
    PUBLIC_SECURITY = "public_security", _("涉及公共安全")


class WithholdingState(models.TextChoices):
    PROPOSED = "proposed", _("待批准")
    APPROVED = "approved", _("已批准")
    REJECTED = "rejected", _("未批准")


class AnnouncementState(models.TextChoices):
    ANNOUNCED = "announced", _("已公告，待抽取")
    WITHDRAWN = "withdrawn", _("已撤回")
    VOID = "void", _("已作废")
    DRAWN = "drawn", _("已抽取")
    APPROVED = "approved", _("检查进行中")
    REVEALED = "revealed", _("已公开复核材料")


class PositiveListMove(models.TextChoices):
    ENTERED = "entered", _("列入")
    LEFT = "left", _("移出")
    EXPIRED = "expired", _("到期移出")


class NoticeKind(models.TextChoices):
    CORRECTED = "corrected", _("更正")
    WITHDRAWN = "withdrawn", _("撤回")
    RESTORED = "restored", _("恢复公示")
    WITHHELD = "withheld", _("不予公开")
    LIFTED = "lifted", _("解除不予公开")


class MaterialKind(models.TextChoices):
    PICTURE = "picture", _("图片")
    BROCHURE = "brochure", _("PDF 手册")


# Announcements that no longer count; they stay visible with their reason.
ENDED_WITHOUT_EFFECT = (AnnouncementState.WITHDRAWN, AnnouncementState.VOID)
