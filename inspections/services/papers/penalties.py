"""《行政处罚决定书》 as blocks: what 行政处罚法 第五十九条 asks a decision to say."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import PaperKind
from inspections.models import PenaltyDecision, PrintedPaper
from inspections.rules.money import yuan_in_words
from inspections.rules.sync import evidence_of
from inspections.services.papers import blocks
from inspections.services.papers.orders import noon, unit_rows
from inspections.services.papers.printing import fix_paper
from inspections.services.review import sections_of_version
from registry.selectors import bureau_setting

# 行政处罚法 第六十七条、第七十二条.
PAYMENT = (
    "你单位应当自收到本决定书之日起十五日内，凭我局出具的缴款通知到指定的银行或者通过电子支付系统缴纳罚款。"
    "到期不缴纳的，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额。"
)
# 行政复议法 第二十条; 行政诉讼法 第四十六条、第九十七条.
REMEDY = (
    "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，也可以自收到本决定书之日起六个月内依法向"
    "人民法院提起行政诉讼。逾期不申请行政复议、不提起行政诉讼，又不履行本决定的，我局将依法申请人民法院强制执行。"
)


def penalty_paper(decision: PenaltyDecision, *, site: str) -> PrintedPaper:
    """《行政处罚决定书》 of one decision; its text does not change when the decision ends, its
    verification page does."""
    problem = decision.problem
    assignment = problem.assignment
    return fix_paper(
        kind=PaperKind.PENALTY,
        subject=f"decision:{decision.pk}",
        assignment=assignment,
        number=decision.number,
        made_at=noon(decision.decided_on),
        site=site,
        blocks=[
            blocks.facts("", unit_rows(assignment.unit)),
            blocks.address(assignment.unit.display_name),
            blocks.prose(list(_text(decision))),
            blocks.closing(bureau_setting("bureau_name"), decision.decided_on),
            blocks.facts(
                "",
                [
                    ["案号", problem.case_number],
                    ["立案日期", blocks.day_text(problem.case_filed_on)],
                    ["检查任务编号", assignment.number],
                    ["举报和监督电话", bureau_setting("complaint_phone")],
                ],
            ),
        ],
    )


def _text(decision: PenaltyDecision) -> Iterator[str]:
    problem = decision.problem
    checked = blocks.day_text(timezone.localdate(problem.version.inspected_from))
    yield _(
        "我局执法人员于%(day)s对你单位进行了现场检查，发现环境违法行为，于%(filed)s立案调查。"
    ) % {
        "day": checked,
        "filed": blocks.day_text(problem.case_filed_on),
    }
    yield _("经查，你单位存在以下违法事实：")
    yield from decision.violation.splitlines()
    yield _proof(decision)
    yield from decision.hearing.splitlines()
    yield _("依据%(basis)s，我局决定对你单位作出如下行政处罚：") % {"basis": decision.basis}
    yield from decision.content.splitlines()
    if decision.amount:
        yield _("罚款金额：人民币%(words)s（¥%(figures)s）。") % {
            "words": yuan_in_words(decision.amount),
            "figures": f"{decision.amount:,.2f}",
        }
        yield PAYMENT
    yield REMEDY


def _proof(decision: PenaltyDecision) -> str:
    """The record, the files that belong to this problem, the orders."""
    problem = decision.problem
    files = sum(
        1
        for name, value in sections_of_version(problem.version).items()
        if evidence_of(name)
        and value.get("must_check") == problem.section
        and not value.get("withdrawn")
    )
    proof = [
        _("《污染源现场检查记录表》（编号 %(number)s 第%(version)s版）")
        % {"number": problem.assignment.number, "version": problem.version.number}
    ]
    if files:
        proof.append(_("现场证据%(count)d份") % {"count": files})
    proof += [
        _("《责令改正通知书》（%(number)s）") % {"number": order.number}
        for order in problem.orders.order_by("pk")
    ]
    return _("以上事实有%(proof)s等证据证明。") % {"proof": "、".join(proof)}
