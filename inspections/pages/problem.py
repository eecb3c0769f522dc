"""A problem as a chain: what happened, what is due, which document belongs to it, what comes next."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, PenaltyState, ProblemState
from inspections.models import PenaltyDecision, Problem
from inspections.services.problem_steps import clocks_of
from registry.choices import DeadlineKind, DeadlineState
from registry.models import Deadline
from registry.rules.tones import RED, WARN, Tag

ORDERED = frozenset({Handling.RECTIFICATION, Handling.PENALTY_CASE})


@dataclass(frozen=True)
class Link:
    """One step. ``done``: it happened; ``papers``: (name, kind, key) of its documents."""

    title: str
    text: str = ""
    day: date | None = None
    done: bool = False
    clock: Deadline | None = None
    papers: list[tuple[str, str, int]] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)


def clock_tag(link: Link, *, today: date) -> Tag | None:
    """What presses about the clock of one step: how it runs, or that it was kept too late."""
    clock = link.clock
    if clock is None:
        return None
    if link.done:
        late = link.day is not None and link.day > clock.due_on
        return Tag(_("超过期限"), WARN) if late else None
    if clock.state != DeadlineState.OPEN:
        return None
    overdue = clock.due_on < today
    words = _("期限 %(day)s") % {"day": clock.due_on.isoformat()}
    if overdue:
        words += _(" 已逾期")
    if clock.provisional:
        words += _("（暂定）")
    return Tag(words, RED if overdue else WARN)


def chain(problem: Problem) -> list[Link]:
    clocks: dict[str, Deadline] = {row.kind: row for row in clocks_of(problem).order_by("pk")}
    links = [
        Link(
            _("发现问题"),
            f"{problem.where}：{problem.description}",
            timezone.localdate(problem.version.inspected_from),
            done=True,
            papers=[(_("检查记录表"), "record", problem.version_id)],
        )
    ]
    links += _orders(problem, clocks)
    if problem.handling == Handling.PENALTY_CASE or problem.case_number:
        links += _case(problem, clocks)
    if problem.handling == Handling.REFERRAL:
        links += _referral(problem, clocks)
    closed = problem.closed_at
    links.append(
        Link(
            _("销号"),
            problem.proposed_closing,
            timezone.localdate(closed) if closed else None,
            done=problem.state == ProblemState.CLOSED,
        )
    )
    return links


def _orders(problem: Problem, clocks: dict[str, Deadline]) -> list[Link]:
    orders = list(problem.orders.order_by("pk"))
    if not orders and problem.handling != Handling.RECTIFICATION:
        return []
    links = []
    for order in orders:
        links += [
            Link(
                _("责令改正通知书"),
                f"{order.number}　{order.requirements}",
                order.issued_on,
                done=True,
                papers=[(_("责令改正通知书"), "order", order.pk)],
            ),
            Link(
                _("送达"),
                f"{order.get_service_method_display()}　{order.receiver}".strip("　"),
                order.served_on,
                done=order.served_on is not None,
                clock=clocks.get(DeadlineKind.SERVE_ORDER),
                papers=[(_("送达回证"), "order-receipt", order.pk)],
            ),
        ]
    if not orders:
        links.append(
            Link(_("制作并送达责令改正通知书"), clock=clocks.get(DeadlineKind.SERVE_ORDER))
        )
    if problem.handling == Handling.RECTIFICATION:
        files = list(problem.corrections.all())
        links.append(
            Link(
                _("整改"),
                _("整改佐证 %(count)d 份") % {"count": len(files)} if files else "",
                done=problem.recheck_passed_on is not None,
                clock=clocks.get(DeadlineKind.RECTIFY_PROBLEM),
                files=files,
            )
        )
    return links + _rechecks(problem, clocks)


def _rechecks(problem: Problem, clocks: dict[str, Deadline]) -> list[Link]:
    results = {None: _("复查中"), True: _("已改正"), False: _("仍未改正")}
    links = []
    for row in problem.rechecks.select_related("assignment"):
        version = row.assignment.versions.order_by("-number").first()
        links.append(
            Link(
                _("复查"),
                f"{row.assignment.number}　{row.assignment.get_state_display()}　{results[row.passed]}",
                timezone.localdate(version.inspected_from) if version else None,
                done=row.passed is not None,
                clock=clocks.get(DeadlineKind.RECHECK_PROBLEM),
                papers=[(_("复查记录"), "recheck", version.pk)] if version else [],
            )
        )
    if not links and problem.handling == Handling.RECTIFICATION:
        text = _("到期自动派发，也可在整改完成后提前申请")
        links.append(Link(_("复查"), text, clock=clocks.get(DeadlineKind.RECHECK_PROBLEM)))
    return links


def _case(problem: Problem, clocks: dict[str, Deadline]) -> list[Link]:
    links = [
        Link(
            _("立案"),
            problem.case_number,
            problem.case_filed_on,
            done=bool(problem.case_number),
            clock=clocks.get(DeadlineKind.FILE_CASE),
        )
    ]
    for row in problem.penalties.order_by("pk"):
        ended = (
            f"　{row.get_state_display()} {row.ended_on}：{row.ended_reason}"
            if row.state != PenaltyState.STANDING
            else ""
        )
        links += [
            Link(
                _("处罚决定"),
                f"{row.number}　{row.content}　{row.amount} 元　{row.basis}{ended}",
                row.decided_on,
                done=True,
                clock=clocks.get(DeadlineKind.DECIDE_PENALTY),
                papers=[(_("行政处罚决定书"), "penalty", row.pk)],
            ),
            Link(
                _("送达处罚决定"),
                f"{row.get_service_method_display()}　{row.receiver}".strip("　"),
                row.served_on,
                done=row.served_on is not None,
                clock=clocks.get(DeadlineKind.SERVE_PENALTY),
                papers=[(_("送达回证"), "penalty-receipt", row.pk)],
            ),
            _publication(row),
        ]
    if len(links) == 1:
        links.append(Link(_("处罚决定"), clock=clocks.get(DeadlineKind.DECIDE_PENALTY)))
    return links


def _publication(decision: PenaltyDecision) -> Link:
    """The publisher's step: its clock is the one thing of it that stands on this floor."""
    subject = f"penalty:{decision.pk}"
    clock = Deadline.objects.filter(kind=DeadlineKind.PUBLISH_PENALTY, subject=subject).first()
    done = clock is not None and clock.state == DeadlineState.MET
    return Link(
        _("公示处罚决定"),
        "" if done else _("自决定之日起7个工作日内由公示员公示，到期自动公示"),
        timezone.localdate(clock.closed_at) if done and clock and clock.closed_at else None,
        done=done,
        clock=clock,
    )


def _referral(problem: Problem, clocks: dict[str, Deadline]) -> list[Link]:
    approved, handed = problem.transfer_approved_at, problem.handed_over_at
    who = problem.transfer_approved_by
    return [
        Link(
            _("批准移送"),
            who.get_full_name() if who else "",
            timezone.localdate(approved) if approved else None,
            done=approved is not None,
            clock=clocks.get(DeadlineKind.TRANSFER_APPROVAL),
        ),
        Link(
            _("移交"),
            problem.handover_receipt,
            timezone.localdate(handed) if handed else None,
            done=handed is not None,
            clock=clocks.get(DeadlineKind.TRANSFER_HANDOVER),
        ),
    ]


def next_steps(problem: Problem, *, on_team: bool, may_close: bool) -> list[str]:
    """The steps this person may take now, the likely one first."""
    if problem.state == ProblemState.CLOSED:
        return ["revoke"] if may_close and _standing(problem) else []
    steps = _team_steps(problem) if on_team else []
    if may_close:
        if problem.handling == Handling.REFERRAL and problem.transfer_approved_at is None:
            steps.append("transfer")
        if problem.state == ProblemState.AWAITING_CLOSE:
            steps += ["close", "refuse"]
        if _standing(problem):
            steps.append("revoke")
    return steps


def _standing(problem: Problem) -> bool:
    return problem.penalties.filter(state=PenaltyState.STANDING).exists()


def _team_steps(problem: Problem) -> list[str]:
    steps = []
    if problem.handling in ORDERED:
        steps += _order_steps(problem)
    if problem.handling == Handling.PENALTY_CASE:
        steps += _case_steps(problem)
    if problem.handling == Handling.REFERRAL and problem.transfer_approved_at:
        steps += [] if problem.handed_over_at else ["handover"]
    if problem.state == ProblemState.OPEN and _handled(problem):
        steps.append("propose")
    return [*steps, "correction"]


def _handled(problem: Problem) -> bool:
    """Whether closing may be proposed; the service asks for the same."""
    if problem.handling == Handling.RECTIFICATION:
        return problem.recheck_passed_on is not None
    if problem.handling == Handling.PENALTY_CASE:
        decided = problem.penalties.exclude(state=PenaltyState.CHANGED)
        return decided.filter(served_on__isnull=False).exists()
    return problem.handling != Handling.REFERRAL or problem.handed_over_at is not None


def _order_steps(problem: Problem) -> list[str]:
    if problem.orders.filter(served_on=None).exists():
        return ["serve_order"]
    if problem.handling == Handling.PENALTY_CASE:
        return []
    failed = problem.rechecks.filter(passed=False).count()
    if problem.orders.count() <= failed:
        return ["order"]
    if problem.recheck_passed_on or problem.rechecks.filter(passed=None).exists():
        return []
    return ["recheck"]


def _case_steps(problem: Problem) -> list[str]:
    if not problem.case_number:
        return ["case", *([] if problem.orders.exists() else ["order"])]
    unserved = problem.penalties.filter(state=PenaltyState.STANDING, served_on=None).exists()
    return [*(["serve_decision"] if unserved else []), "decision"]
