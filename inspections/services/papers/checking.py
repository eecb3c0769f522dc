"""真伪核验: whether a print is ours and whether it still holds, told to whoever has it in hand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from inspections.choices import AssignmentState, PaperKind, PenaltyState
from inspections.models import PenaltyDecision, PrintedPaper, RecordVersion
from inspections.services.papers.printing import DIGEST_LETTERS


@dataclass(frozen=True)
class Verdict:
    """``holds``: True current, False replaced or sent back, None not decided yet."""

    paper: PrintedPaper
    holds: bool | None
    text: str


def find_paper(mark: str, version: int) -> PrintedPaper | None:
    """The paper whose digest begins with ``mark``; only marks as long as ours are looked for."""
    if len(mark) != DIGEST_LETTERS:
        return None
    return PrintedPaper.objects.filter(digest__startswith=mark, version=version).first()


def verdict(paper: PrintedPaper) -> Verdict:
    """What may be said of it: never the unit, a person, or what was found."""
    if paper.kind in (PaperKind.RECORD, PaperKind.RECHECK):
        return _record_verdict(paper)
    if paper.kind == PaperKind.PENALTY:
        return _penalty_verdict(paper)
    return Verdict(paper, True, _("本文书真实，现行有效。"))


def _penalty_verdict(paper: PrintedPaper) -> Verdict:
    decision = PenaltyDecision.objects.get(pk=int(paper.subject.partition(":")[2]))
    if decision.state == PenaltyState.STANDING:
        return Verdict(paper, True, _("本文书真实，现行有效。"))
    text = _("本文书真实，但该决定已于%(day)s%(state)s，不再有效。")
    state = PenaltyState(decision.state).label.removeprefix("已")
    return Verdict(paper, False, text % {"day": decision.ended_on, "state": state})


def _record_verdict(paper: PrintedPaper) -> Verdict:
    version = RecordVersion.objects.select_related("review", "assignment").get(
        pk=int(paper.subject.partition(":")[2])
    )
    newest = version.assignment.versions.order_by("-number").values_list("number", flat=True)[0]
    if newest > version.number:
        text = _("本文书真实，但已被第%(number)d版替代，请以新版为准。") % {"number": newest}
        return Verdict(paper, False, text)
    if version.assignment.state == AssignmentState.CANCELLED:
        text = _("本文书真实，但该次检查未获批准，已取消，不作为检查结果。")
        return Verdict(paper, False, text)
    review = getattr(version, "review", None)
    if review is None:
        return Verdict(paper, None, _("本文书真实，为最新提交的版本，尚在审核。"))
    if review.decision == "returned":
        return Verdict(paper, False, _("本文书真实，但审核时退回更正，请以更正后的版本为准。"))
    return Verdict(paper, True, _("本文书真实，已审核通过，现行有效。"))
