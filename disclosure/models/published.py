"""Published copies. Public pages read these tables and nothing else."""

import uuid
from itertools import zip_longest

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from disclosure.choices import AnnouncementState, MaterialKind, PositiveListMove


class PublicItem(models.Model):
    """One line of the published 随机抽查事项清单."""

    list_title = models.CharField(_("清单"), max_length=120)
    list_version = models.PositiveSmallIntegerField(_("版本"))
    effective_from = models.DateField(_("生效日期"))
    position = models.PositiveSmallIntegerField(_("序号"))
    code = models.CharField(_("事项编码"), max_length=20)
    name = models.CharField(_("抽查事项"), max_length=120)
    item_class = models.CharField(_("事项类别"), max_length=20)
    body = models.CharField(_("检查主体"), max_length=100)
    target = models.CharField(_("检查对象"), max_length=100)
    content = models.TextField(_("检查内容"))
    method = models.CharField(_("检查方式"), max_length=20)
    ratio = models.CharField(_("抽查比例"), max_length=100, blank=True, default="")
    frequency = models.CharField(_("抽查频次"), max_length=100, blank=True, default="")
    # [{"title", "article", "valid_from", "valid_to", "confirmed"}]
    bases = models.JSONField(_("抽查依据"), default=list)

    class Meta:
        verbose_name = _("公开事项")
        verbose_name_plural = _("公开事项")
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["list_version", "code"], name="one_public_item_per_version_and_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PublicPlan(models.Model):
    """One announcement of one freeze. A plan may have several; withdrawn and void ones stay."""

    plan_number = models.CharField(_("抽查计划编号"), max_length=12, db_index=True)
    title = models.CharField(_("计划"), max_length=60)
    kind = models.CharField(_("计划类型"), max_length=13, default="quarterly")
    counts_toward_ratio = models.BooleanField(_("计入随机抽查比例"), default=True)
    department = models.CharField(_("联合部门"), max_length=100, blank=True, default="")
    state = models.CharField(
        _("状态"), max_length=10, choices=AnnouncementState, default=AnnouncementState.ANNOUNCED
    )
    # The commitment names the freeze for ever; it is the announcement's natural key.
    commitment = models.CharField(_("随机数承诺"), max_length=64, unique=True)
    # As published at the freeze, to the byte, and its digest, which goes into the seed.
    announcement = models.JSONField(_("公告"))
    announcement_digest = models.CharField(_("公告摘要"), max_length=64)
    # [{"name", "at", "address"}], in the announced order.
    sources = models.JSONField(_("公开随机源"), default=list)
    # [{"label", "count"}]
    registered = models.JSONField(_("名录家数"), default=list)
    left_out = models.JSONField(_("未入池家数"), default=list)
    frozen_at = models.DateTimeField(_("冻结时间"))
    outside_window_reason = models.CharField(
        _("时段外冻结原因"), max_length=300, blank=True, default=""
    )
    # [{"category", "label", "base", "floor", "quota", "ratio_text", "explanation"}]
    quotas = models.JSONField(_("抽取数"), default=list)
    # [{"code", "name"}]
    items = models.JSONField(_("抽查事项"), default=list)
    # [{"number", "due_on", "size"}]
    waves = models.JSONField(_("派发批次"), default=list)
    officers_count = models.PositiveIntegerField(_("执法人员数"))
    drawn_at = models.DateTimeField(_("抽取时间"), null=True, blank=True)
    record = models.JSONField(_("抽取记录"), null=True, blank=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    # Only of those withdrawn or declared void.
    ended_at = models.DateTimeField(_("撤回或作废时间"), null=True, blank=True)
    ended_reason = models.CharField(_("撤回或作废原因"), max_length=300, blank=True, default="")
    published_at = models.DateTimeField(_("公开时间"))

    class Meta:
        verbose_name = _("公开计划")
        verbose_name_plural = _("公开计划")
        ordering = ["-plan_number", "-frozen_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_number"],
                condition=~Q(state__in=["withdrawn", "void"]),
                name="one_standing_announcement_per_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_number} {self.get_state_display()}"

    @property
    def pool_digest(self) -> str:
        return str(self.announcement["pool_digest"])

    @property
    def entropy(self) -> list[dict[str, str]]:
        """The announced sources, with their values once the draw was held."""
        drawn = self.record["entropy"] if self.record else []
        values = [row["value"] for row in drawn]
        return [
            {**source, "value": value}
            for source, value in zip_longest(self.sources, values, fillvalue="")
        ]

    @property
    def witnesses(self) -> list[str]:
        """Whom the witnesses stood for; their names are not public."""
        return list(self.record["witnesses"]) if self.record else []


class PublicExternalDraw(models.Model):
    """外部抽取: a draw made on another platform, in counts. Nobody can recompute it here."""

    plan_number = models.CharField(_("抽查计划编号"), max_length=12, unique=True)
    title = models.CharField(_("计划"), max_length=60)
    platform = models.CharField(_("抽取平台"), max_length=100)
    drawn_on = models.DateField(_("抽取日期"))
    file_sha256 = models.CharField(_("名单文件指纹"), max_length=64)
    # [{"label", "count"}]
    counts = models.JSONField(_("抽取数"), default=list)
    approved_at = models.DateTimeField(_("批准时间"))
    published_at = models.DateTimeField(_("公开时间"))

    class Meta:
        verbose_name = _("公开外部抽取")
        verbose_name_plural = _("公开外部抽取")
        ordering = ["-plan_number"]

    def __str__(self) -> str:
        return self.plan_number


class PublicProgress(models.Model):
    """Progress of one plan in counts; rebuilt by the sweep, never a name."""

    plan_number = models.CharField(_("抽查计划编号"), max_length=12, unique=True)
    drawn = models.PositiveIntegerField(_("抽取"), default=0)
    dispatched = models.PositiveIntegerField(_("已派发"), default=0)
    inspected = models.PositiveIntegerField(_("已检查"), default=0)
    completed = models.PositiveIntegerField(_("已完成"), default=0)
    published = models.PositiveIntegerField(_("已公示"), default=0)
    withheld = models.PositiveIntegerField(_("不予公开"), default=0)
    # {"confidential": 1}
    withheld_by_ground = models.JSONField(_("不予公开（按理由）"), default=dict)
    problems_found = models.PositiveIntegerField(_("发现问题"), default=0)
    problems_closed = models.PositiveIntegerField(_("问题已销号"), default=0)
    updated_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("计划进展")
        verbose_name_plural = _("计划进展")
        ordering = ["-plan_number"]

    def __str__(self) -> str:
        return self.plan_number


class PublicResult(models.Model):
    """One published result: the ten statutory columns and what a reader needs to check them.

    Fields are copies; nothing here is a key into the staff side (domain rules §5).
    """

    public_id = models.UUIDField(_("标识"), default=uuid.uuid4, unique=True, editable=False)
    enterprise_name = models.CharField(_("企业名称"), max_length=320)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    # USCC, or the register code where there is none: the address of the enterprise's page.
    enterprise_key = models.CharField(_("企业标识"), max_length=20, db_index=True)
    register_code = models.CharField(_("名录编号"), max_length=20)
    category = models.CharField(_("监管类别"), max_length=20)
    items = models.CharField(_("抽查事项"), max_length=500)
    checked_on = models.DateField(_("抽查时间"))
    authority = models.CharField(_("检查机关"), max_length=100)
    outcome = models.CharField(_("结果代码"), max_length=1)
    outcome_text = models.CharField(_("检查结果"), max_length=60)
    handling = models.CharField(_("处理情况"), max_length=500, blank=True, default="")
    published_on = models.DateField(_("公示日期"))
    plan_number = models.CharField(_("抽查计划编号"), max_length=12, blank=True, default="")
    # The plan's quarter; of a check outside every plan the quarter it was made in.
    quarter = models.CharField(_("季度"), max_length=6)
    assignment_number = models.CharField(_("抽查任务编号"), max_length=40, unique=True)
    sampling_type = models.CharField(_("抽查类型"), max_length=20)
    method = models.CharField(_("检查方式"), max_length=40)
    completed_on = models.DateField(_("完成日期"))
    due_on = models.DateField(_("公示期限"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    withdrawn_note = models.CharField(_("撤回说明"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("入库时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("公开结果")
        verbose_name_plural = _("公开结果")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_note=""),
                name="withdrawn_result_says_why",
            ),
            models.CheckConstraint(
                condition=Q(published_on__gte=F("completed_on")),
                name="result_is_published_after_completion",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=list("1234567")), name="public_outcome_is_an_official_code"
            ),
        ]
        indexes = [
            models.Index(fields=["-published_on", "-id"], name="public_result_page_idx"),
            # One per filter and order: a page of any of them is read from an index, also the last.
            models.Index(fields=["quarter", "published_on", "id"], name="public_by_quarter_idx"),
            models.Index(fields=["category", "published_on", "id"], name="public_by_category_idx"),
            models.Index(fields=["outcome", "published_on", "id"], name="public_by_outcome_idx"),
            models.Index(fields=["plan_number", "published_on", "id"], name="public_by_plan_idx"),
            models.Index(fields=["checked_on", "id"], name="public_checked_idx"),
            models.Index(fields=["quarter", "checked_on", "id"], name="public_quarter_checked_idx"),
            models.Index(fields=["uscc"], name="public_result_uscc_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_number} {self.enterprise_name}"


class PublicProof(models.Model):
    """The revealed proof bundle, byte for byte, at a stable address.

    The commitment names the draw it proves; a plan has one that counts, and as many void
    ones as there were. Of a freeze whose entropy never came there is no draw to recompute.
    """

    plan_number = models.CharField(_("抽查计划编号"), max_length=12)
    commitment = models.CharField(_("随机数承诺"), max_length=64, unique=True)
    void = models.BooleanField(_("已作废"), default=False)
    drawn = models.BooleanField(_("已抽取"), default=True)
    bundle = models.TextField(_("复核材料"))
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    published_at = models.DateTimeField(_("公开时间"))

    class Meta:
        verbose_name = _("公开复核材料")
        verbose_name_plural = _("公开复核材料")
        ordering = ["-plan_number", "void", "-published_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_number"], condition=Q(void=False), name="one_proof_that_counts"
            ),
        ]

    def __str__(self) -> str:
        return self.plan_number


class PublicFairness(models.Model):
    """What sampling/services/fairness.py makes of the public proofs of one plan or one year."""

    scope = models.CharField(_("计划或年度"), max_length=12, unique=True)
    year = models.PositiveSmallIntegerField(_("年度"))
    report = models.JSONField(_("公平性报告"))
    units = models.TextField(_("逐家单位（CSV）"))
    # SHA-256 over the proofs it was made of: with a new proof it is made again.
    made_of = models.CharField(_("所依据的复核材料"), max_length=64)

    class Meta:
        verbose_name = _("公平性报告")
        verbose_name_plural = _("公平性报告")
        ordering = ["-scope"]

    def __str__(self) -> str:
        return self.scope


class PublicPositiveListChange(models.Model):
    """One published change of the 正面清单: who entered or left it, when and why."""

    # ZM000012: names the change for ever; it is the copy's natural key.
    reference = models.CharField(_("公告编号"), max_length=20, unique=True)
    enterprise_name = models.CharField(_("企业名称"), max_length=320)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    register_code = models.CharField(_("名录编号"), max_length=20, db_index=True)
    kind = models.CharField(_("变动"), max_length=10, choices=PositiveListMove)
    on = models.DateField(_("日期"))
    until = models.DateField(_("有效期止"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=300)
    authority = models.CharField(_("公布机关"), max_length=100)
    published_at = models.DateTimeField(_("公开时间"))

    class Meta:
        verbose_name = _("公开的正面清单变动")
        verbose_name_plural = _("公开的正面清单变动")
        ordering = ["-on", "-reference"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PositiveListMove.values) & ~Q(reason=""),
                name="public_positive_change_says_what_and_why",
            ),
        ]
        indexes = [models.Index(fields=["-on", "-reference"], name="public_positive_page_idx")]

    def __str__(self) -> str:
        return f"{self.reference} {self.enterprise_name}"


class PublicProblem(models.Model):
    """One problem of a published result and what became of it.

    Which must-check, how it is handled and where that stands; never the officer's own words,
    which may name people.
    """

    # WT000012: names the problem for ever; it is the copy's natural key.
    reference = models.CharField(_("问题编号"), max_length=20, unique=True)
    assignment_number = models.CharField(_("抽查任务编号"), max_length=40, db_index=True)
    quarter = models.CharField(_("季度"), max_length=6)
    enterprise_name = models.CharField(_("企业名称"), max_length=320)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    enterprise_key = models.CharField(_("企业标识"), max_length=20, db_index=True)
    matter = models.CharField(_("问题所在"), max_length=140)
    handling = models.CharField(_("处理方式"), max_length=20)
    handling_text = models.CharField(_("处理方式（中文）"), max_length=20)
    case_number = models.CharField(_("案号"), max_length=60, blank=True, default="")
    found_on = models.DateField(_("发现日期"))
    deadline = models.DateField(_("整改期限"), null=True, blank=True)
    closed_on = models.DateField(_("销号日期"), null=True, blank=True)
    # The result it belongs to was withdrawn: it stays countable, and no longer tells anything.
    withdrawn = models.BooleanField(_("已撤回"), default=False)
    updated_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("公开问题")
        verbose_name_plural = _("公开问题")
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("found_on")),
                name="public_problem_closes_after_it_was_found",
            ),
        ]
        indexes = [
            models.Index(fields=["found_on", "id"], name="public_problem_page_idx"),
            models.Index(fields=["quarter", "found_on", "id"], name="public_problem_quarter_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.enterprise_name}"


class GuidePage(models.Model):
    """宣传: a text the bureau writes for citizens; ``html`` is made from ``body``, safe as it is."""

    slug = models.SlugField(_("地址"), max_length=40, unique=True)
    title = models.CharField(_("标题"), max_length=60)
    body = models.TextField(_("正文"))
    html = models.TextField(_("排版后"), editable=False)
    position = models.PositiveSmallIntegerField(_("次序"), default=10)
    shown = models.BooleanField(_("公开"), default=False)
    updated_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("宣传页面")
        verbose_name_plural = _("宣传页面")
        ordering = ["position", "pk"]
        permissions = [("manage_guide", _("编辑宣传内容"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(body=""), name="guide_page_has_title_and_text"
            )
        ]

    def __str__(self) -> str:
        return self.title


class GuideMaterial(models.Model):
    """A picture or PDF brochure of the guide, kept in the database under its fingerprint."""

    title = models.CharField(_("标题"), max_length=60)
    description = models.CharField(_("图片说明"), max_length=200)
    kind = models.CharField(_("类型"), max_length=10, choices=MaterialKind)
    sha256 = models.CharField(_("文件指纹"), max_length=64, unique=True)
    content = models.BinaryField(_("内容"))
    size = models.PositiveIntegerField(_("字节数"))
    width = models.PositiveIntegerField(_("宽"), default=0)
    height = models.PositiveIntegerField(_("高"), default=0)
    position = models.PositiveSmallIntegerField(_("次序"), default=10)
    shown = models.BooleanField(_("公开"), default=True)
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("宣传资料")
        verbose_name_plural = _("宣传资料")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MaterialKind.values) & ~Q(description=""),
                name="guide_material_is_described",
            )
        ]

    def __str__(self) -> str:
        return self.title
