"""责令改正通知书、送达回证、复查记录 as blocks."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import PaperKind, ServiceMethod
from inspections.models import (
    CorrectionOrder,
    PenaltyDecision,
    PrintedPaper,
    Recheck,
    RecordVersion,
)
from inspections.services.papers import blocks
from inspections.services.papers.printing import fix_paper
from inspections.services.papers.record import signature_rows
from inspections.services.review import sections_of_version
from registry.models import PollutionSource
from registry.selectors import bureau_setting

# 行政复议法 第二十条; 行政诉讼法 第四十六条.
REMEDY = (
    "如不服本通知，可以自收到之日起六十日内依法申请行政复议，也可以自收到之日起六个月内依法向人民法院"
    "提起行政诉讼。"
)
HEARD = "你单位对本通知所述事实、理由和依据有异议的，可以向我局陈述、申辩。"


def noon(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def unit_rows(source: PollutionSource) -> list[list[Any]]:
    code = source.uscc or source.get_no_code_reason_display()
    return [
        ["单位名称", source.display_name, True],
        ["统一社会信用代码", code],
        ["法定代表人", source.legal_representative],
        ["地址", source.address, True],
    ]


def order_paper(order: CorrectionOrder, *, site: str) -> PrintedPaper:
    """《责令改正通知书》."""
    assignment, bureau = order.problem.assignment, bureau_setting("bureau_name")
    checked = blocks.day_text(timezone.localdate(order.problem.version.inspected_from))
    return fix_paper(
        kind=PaperKind.ORDER,
        subject=f"order:{order.pk}",
        assignment=assignment,
        number=order.number,
        made_at=noon(order.issued_on),
        site=site,
        blocks=[
            blocks.facts("", unit_rows(assignment.source)),
            blocks.address(assignment.source.display_name),
            blocks.prose(
                [
                    _("我局执法人员于%(day)s对你单位进行了现场检查（任务编号 %(number)s），发现：")
                    % {"day": checked, "number": assignment.number},
                    *order.violation.splitlines(),
                    _("依据%(basis)s，现责令你单位改正上述行为：") % {"basis": order.basis},
                    *order.requirements.splitlines(),
                    _("改正期限：%(day)s前。期满后我局将进行复查；逾期不改正的，将依法处理。")
                    % {"day": blocks.day_text(order.deadline)},
                    HEARD,
                    REMEDY,
                ]
            ),
            blocks.closing(bureau, order.issued_on),
            blocks.facts(
                "",
                [
                    ["承办人", order.issued_by.get_full_name()],
                    ["举报和监督电话", bureau_setting("complaint_phone")],
                ],
            ),
        ],
    )


def receipt_paper(served: CorrectionOrder | PenaltyDecision, *, site: str) -> PrintedPaper:
    """《送达回证》 of an order or a decision: to be filled by hand before the service, filled after."""
    assignment = served.problem.assignment
    if isinstance(served, CorrectionOrder):
        kind, title, made = "order", "责令改正通知书", served.issued_on
    else:
        kind, title, made = "penalty", "行政处罚决定书", served.decided_on
    state = "served" if served.served_on else "blank"
    methods = ((label, value) for value, label in ServiceMethod.choices)
    return fix_paper(
        kind=PaperKind.RECEIPT,
        subject=f"{kind}:{served.pk}:{state}",
        assignment=assignment,
        number=f"{served.number}-送达",
        made_at=noon(served.served_on or made),
        site=site,
        blocks=[
            blocks.facts(
                "",
                [
                    ["送达文书名称", title],
                    ["文书编号", served.number],
                    ["受送达单位", assignment.source.display_name, True],
                    ["送达地点", assignment.source.address, True],
                    ["送达方式", blocks.options(methods, served.service_method), True],
                    ["受送达人", served.receiver],
                    ["送达日期", blocks.day_text(served.served_on)],
                    ["送达人", served.served_by.get_full_name() if served.served_by else ""],
                    ["份数", "1"],
                    ["说明", served.service_note, True],
                ],
            ),
            blocks.signatures(
                "签收",
                blocks.empty_lines("受送达人（签名或盖章）", "送达人", "送达人", "见证人"),
            ),
            blocks.body(
                "",
                "受送达人拒绝接收的，送达人应当记明拒收的事由和日期，由见证人签名，"
                "或者采用拍照、录像等方式记录送达过程后留置送达。",
            ),
        ],
    )


def recheck_paper(version: RecordVersion, *, site: str) -> PrintedPaper:
    """《复查记录》 of a recheck's record: each problem, what was ordered, what was found."""
    assignment = version.assignment
    rechecks = list(
        assignment.rechecks.select_related("problem__assignment", "order").order_by("pk")
    )
    sections = sections_of_version(version)
    return fix_paper(
        kind=PaperKind.RECHECK,
        subject=f"recheck:{version.pk}",
        assignment=assignment,
        number=assignment.number,
        made_at=version.submitted_at,
        version=version.number,
        site=site,
        blocks=[
            blocks.facts("一、被检查单位", unit_rows(assignment.source)),
            blocks.facts("二、复查情况", _visit(version, rechecks, sections)),
            blocks.table(
                "三、逐项复查",
                ("原问题", "责令改正要求", "复查情况", "结论"),
                (1.2, 1.2, 1.2, 0.6),
                [_line(row, sections) for row in rechecks],
            ),
            blocks.body("四、现场情况", str(sections.get("narrative", {}).get("text", ""))),
            blocks.body("五、当事人意见", str(sections.get("party", {}).get("opinion", ""))),
            blocks.signatures("六、签名", signature_rows(version)),
        ],
    )


def _visit(
    version: RecordVersion, rechecks: Sequence[Recheck], sections: dict[str, Any]
) -> list[list[Any]]:
    team = sections.get("assignment", {}).get("team", [])
    return [
        ["复查任务编号", version.assignment.number],
        ["原检查任务编号", "、".join(dict.fromkeys(r.problem.assignment.number for r in rechecks))],
        ["责令改正通知书", "、".join(dict.fromkeys(r.order.number for r in rechecks)), True],
        ["复查开始时间", blocks.moment_text(version.inspected_from.isoformat())],
        ["复查结束时间", blocks.moment_text(version.inspected_to.isoformat())],
        ["复查地点", str(sections.get("visit", {}).get("place", "")), True],
        ["检查人员", "　".join(f"{m['name']} {m['certificate']}".strip() for m in team), True],
    ]


def _line(recheck: Recheck, sections: dict[str, Any]) -> tuple[str, str, str, str]:
    value = sections.get(recheck.problem.section, {})
    found = _("未改正") if value.get("answer") == "problem" else _("已改正")
    return (
        f"{recheck.problem.where}：{recheck.problem.description}",
        f"{recheck.order.requirements}\n（{blocks.day_text(recheck.order.deadline)}前）",
        str(value.get("note", "")) or "—",
        found,
    )
