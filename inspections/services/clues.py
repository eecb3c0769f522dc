"""线索: recorded, judged in time, checked off-site first, closed with a reason."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import ClueState
from inspections.models import Clue
from inspections.permissions import HANDLE_CLUES, VIEW_REPORTER
from inspections.rules.clue_state import ClueMoveNotAllowed, check_move
from inspections.services.numbering import create_numbered
from registry.choices import BureauRole, ClueKind, DeadlineKind
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.services.deadlines import close_deadline, start_deadline
from registry.grading.services.clues_and_problems import note_verified_clue
from registry.models import PollutionSource
from registry.permissions import require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import record_event
from sampling.services.sealing import SealBroken, seal, unseal

CONTENT_LENGTH, REPORTER_LENGTH = 2000, 300


class BadClue(RuleViolation):
    code = "bad_clue"
    basis = "实施方案 二（一）"


class ReporterUnreadable(RuleViolation):
    code = "reporter_unreadable"


def locked_clue(clue_id: int) -> Clue:
    return Clue.objects.select_for_update(of=("self",)).select_related("source").get(pk=clue_id)


def move_clue(clue: Clue, new: str, **fields: Any) -> None:
    """One step of the state table; a conditional update lets one of two people through."""
    check_move(clue.state, new)
    moved = Clue.objects.filter(pk=clue.pk, state=clue.state).update(state=new, **fields)
    if moved != 1:
        raise ClueMoveNotAllowed(_("线索状态刚刚被他人改变，请刷新页面。"))
    clue.state = new
    for name, value in fields.items():
        setattr(clue, name, value)


def _box(reporter: str) -> Any:
    """The reporter encrypted for the clue's number: copied to another row it does not open."""

    def for_number(number: str) -> str:
        return seal(reporter.encode(), context=f"clue:{number}") if reporter else ""

    return for_number


@transaction.atomic
def record_clue_row(
    *,
    kind: str,
    received_on: date,
    content: str,
    actor: Any,
    now: datetime,
    calendar: WorkCalendar,
    source: PollutionSource | None = None,
    unit_text: str = "",
    origin: str = "",
    reporter: str = "",
    urgent: bool = False,
    fingerprint: str = "",
) -> Clue:
    """Enter one clue and start the clock of its judgement, counted from the day it was received.

    ``actor`` is None where a citizen sent it through the public form.
    """
    if actor is not None:
        require(actor, HANDLE_CLUES)
    if kind not in ClueKind.values:
        raise BadClue(_("请选择线索类型。"), field="kind")
    if not date(2000, 1, 1) <= received_on <= timezone.localdate(now):
        raise BadClue(_("接收日期不能晚于今天，请核对年份。"), field="received_on")
    unit_text = checked_text(
        unit_text, label=_("所述单位"), field="unit_text", limit=200, required=False
    )
    if source is None and not unit_text:
        raise BadClue(_("请选择名录中的单位，或写明线索所述的单位。"), field="unit_text")
    clue: Clue = create_numbered(
        Clue,
        f"XS-{received_on.year}-",
        kind=kind,
        received_on=received_on,
        content=checked_text(content, label=_("线索内容"), field="content", limit=CONTENT_LENGTH),
        source=source,
        unit_text=unit_text,
        origin=checked_text(origin, label=_("来源"), field="origin", limit=200, required=False),
        reporter_box=_box(
            checked_text(
                reporter,
                label=_("举报人信息"),
                field="reporter",
                limit=REPORTER_LENGTH,
                required=False,
            )
        ),
        urgent=urgent,
        fingerprint=fingerprint,
        recorded_by=actor,
        recorded_at=now,
    )
    days = bureau_setting("clue_judging_working_days")
    start_deadline(
        kind=DeadlineKind.JUDGE_CLUE,
        subject=f"clue:{clue.pk}",
        label=clue.number,
        link=f"/inspections/clues/{clue.pk}/",
        started_on=received_on,
        due_on=calendar.add(received_on, days),
        working_days=days,
        basis="本局设定：研判线索时限",
        role=BureauRole.PLANNER,
        calendar=calendar,
    )
    record_event(action="clue.recorded", actor=actor, obj=clue)
    return clue


@transaction.atomic
def judge_clue(
    *,
    clue_id: int,
    verified: bool,
    judgement: str,
    actor: Any,
    now: datetime,
    source: PollutionSource | None = None,
    remote_possible: bool = True,
    no_remote_reason: str = "",
) -> Clue:
    """查实 or 不属实, and whether it can be looked at without going there.

    ``source`` names the unit where that was not known before. A verified clue about a unit of the
    register becomes a line that feeds risk and the special flag.
    """
    require(actor, HANDLE_CLUES)
    clue = locked_clue(clue_id)
    judgement = checked_text(judgement, label=_("研判意见"), field="judgement", limit=500)
    no_remote_reason = checked_text(
        no_remote_reason,
        label=_("不能非现场核查的原因"),
        field="no_remote_reason",
        limit=300,
        required=verified and not remote_possible,
    )
    without = verified and not remote_possible
    source = source or clue.source
    move_clue(
        clue,
        ClueState.VERIFIED if verified else ClueState.UNFOUNDED,
        judgement=judgement,
        judged_by=actor,
        judged_at=now,
        source=source,
        remote_possible=not without,
        no_remote_reason=no_remote_reason if without else "",
    )
    close_deadline(kind=DeadlineKind.JUDGE_CLUE, subject=f"clue:{clue.pk}", now=now)
    if verified and source is not None:
        note_verified_clue(
            source=source,
            kind=clue.kind,
            verified_on=timezone.localdate(now),
            reference=clue.number,
        )
    record_event(
        action="clue.verified" if verified else "clue.unfounded",
        actor=actor,
        obj=clue,
        reason=judgement,
    )
    return clue


@transaction.atomic
def record_remote_check(
    *, clue_id: int, means: str, finding: str, actor: Any, now: datetime
) -> Clue:
    """非现场核查: how it was looked at from afar, and what was seen."""
    require(actor, HANDLE_CLUES)
    clue = locked_clue(clue_id)
    means = checked_text(means, label=_("非现场核查方式"), field="means", limit=200)
    finding = checked_text(finding, label=_("非现场核查情况"), field="finding", limit=500)
    move_clue(
        clue,
        ClueState.REMOTE_CHECKED,
        remote_means=means,
        remote_finding=finding,
        remote_by=actor,
        remote_at=now,
    )
    record_event(action="clue.remote_checked", actor=actor, obj=clue, reason=finding)
    return clue


@transaction.atomic
def close_clue(*, clue_id: int, reason: str, actor: Any, now: datetime) -> Clue:
    """办结, with a reason. One whose targeted check is not finished stays open."""
    require(actor, HANDLE_CLUES)
    clue = locked_clue(clue_id)
    reason = checked_text(reason, label=_("办结理由"), field="reason", limit=500)
    check = clue.check_requests.filter(state="approved").select_related("assignment").first()
    if check is not None and check.assignment.state != "approved":
        raise BadClue(
            _("定向检查任务 %(number)s 尚未完成，完成审核后才能办结线索。")
            % {"number": check.assignment.number}
        )
    move_clue(clue, ClueState.CLOSED, close_reason=reason, closed_by=actor, closed_at=now)
    record_event(action="clue.closed", actor=actor, obj=clue, reason=reason)
    return clue


@transaction.atomic
def read_reporter(*, clue_id: int, actor: Any) -> str:
    """Who reported; every look is kept. Blank where nobody said."""
    require(actor, VIEW_REPORTER)
    clue = Clue.objects.get(pk=clue_id)
    if not clue.reporter_box:
        return ""
    record_event(action="clue.reporter_read", actor=actor, obj=clue)
    try:
        return unseal(clue.reporter_box, context=f"clue:{clue.number}").decode()
    except SealBroken as error:
        raise ReporterUnreadable(
            _("举报人信息无法解开：密钥不符或数据被改动，请联系系统管理员核对 SEAL_KEY。")
        ) from error
