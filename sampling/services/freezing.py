"""冻结 and 撤回: the pool is fixed, the nonce committed to (chanji-draw/2 §1–2)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from registry.choices import DeadlineKind
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import close_deadline, reopen_deadline, start_plan_clock
from registry.permissions import require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import record_event
from sampling import permissions
from sampling.choices import DrawState, PlanKind
from sampling.models import Draw, PlanQuota, SamplingPlan, Wave
from sampling.rules import protocol
from sampling.rules.entropy_calendar import upcoming
from sampling.rules.plan_number import MONTHS, PlanNumber
from sampling.rules.plan_state import PlanMove
from sampling.rules.plan_window import REASON_FIELD, check_window, check_within_quarter
from sampling.rules.quota_lines import QuotaLine
from sampling.rules.waves import split_into_waves, wave_dates
from sampling.selectors import standing_draw
from sampling.services import sealing
from sampling.services.compositions import FrozenPool, build_pool
from sampling.services.plan_clocks import cancel_clocks, start_draw_clock
from sampling.services.plan_steps import (
    REASON_LENGTH,
    ReasonMissing,
    check_plan_move,
    locked_plan,
    move_plan,
)
from sampling.services.plans import plan_window
from sampling.services.pools import sources_by_pool_id

HAVE_A_LEGAL_WINDOW = (PlanKind.QUARTERLY, PlanKind.MONTHLY)
# Working days after the last source within which the draw is held, where nobody says otherwise.
DAYS_TO_DRAW = 2
PROPOSED = 6
EMPTY_POOL = _lazy("抽取池为空：检查对象名录库中没有可抽取的单位，请先导入或维护名录。")
EMPTY_POOLS = {
    PlanKind.SUPPLEMENTARY: _lazy("本季度冻结后没有新入库的单位，无需补充抽查。"),
    PlanKind.CONSTRUCTION: _lazy("名录库中没有在册的建设项目，请先录入建设项目。"),
    PlanKind.JOINT: _lazy("联合抽查范围内没有在册单位，请放宽抽查范围。"),
    PlanKind.LOOKBACK: _lazy("本年前几季度还没有检查过重点排污单位，没有可以回头看的单位。"),
}


class PoolCannotBeStaffed(RuleViolation):
    """Carries the pool ids in ``sources``; the message names the units."""

    code = "pool_cannot_be_staffed"
    basis = "chanji-draw/2 §1；行政处罚法 第四十二条"

    def __init__(self, message: str, sources: Sequence[str]) -> None:
        super().__init__(message)
        self.sources = list(sources)


class PoolIsEmpty(RuleViolation):
    code = "pool_empty"
    basis = "实施方案 二（二）"


class EntropyNotUsable(RuleViolation):
    """A source that does not exist, comes too early, or could be steered."""

    code = "entropy_not_usable"
    basis = "chanji-draw/2 §2"


class EarlierBatchSealed(RuleViolation):
    code = "earlier_batch_sealed"
    basis = "实施方案 二（四）；chanji-draw/2 §5"


class WithdrawalTooLate(RuleViolation):
    code = "withdrawal_too_late"
    basis = "chanji-draw/2 §2"


def _clock_of(plan: SamplingPlan) -> str:
    """What the freeze deadline is about: the first batch stands for the quarter's plan."""
    first = plan.kind == PlanKind.MONTHLY and plan.parsed.count == 1
    return f"plan:{plan.quarter if first else plan.number}"


def _stop_freeze_clock(plan: SamplingPlan, *, now: datetime) -> None:
    """The plan is frozen; where the quarter is drawn by the month, the next batch has its clock."""
    calendar = work_calendar()
    if plan.kind not in HAVE_A_LEGAL_WINDOW:
        return
    start_plan_clock(quarter=plan.period, calendar=calendar)
    close_deadline(kind=DeadlineKind.FREEZE_PLAN, subject=_clock_of(plan), now=now)
    count = plan.parsed.count
    if plan.kind == PlanKind.MONTHLY and count < MONTHS:
        following = PlanNumber(plan.period, PlanKind.MONTHLY, count + 1)
        start_plan_clock(
            quarter=plan.period,
            calendar=calendar,
            batch=(str(following), following.label, plan.period.months[count]),
        )


def reopen_freeze_clock(plan: SamplingPlan, *, now: datetime) -> None:
    """The quarter has no frozen plan again; nobody may forget to make one."""
    reopen_deadline(
        kind=DeadlineKind.FREEZE_PLAN,
        subject=_clock_of(plan),
        calendar=work_calendar(),
        today=timezone.localdate(now),
    )


def check_day_of_freeze(plan: SamplingPlan, window: Sequence[date], *, today: date) -> None:
    """Raises PlanWindowClosed (or what else closes it) on a day that wants a reason."""
    if plan.kind in HAVE_A_LEGAL_WINDOW:
        check_window(today, window)
    else:
        check_within_quarter(today, window[-1])


def is_in_time(plan: SamplingPlan, *, today: date) -> bool:
    """A freeze today needs no reason."""
    try:
        check_day_of_freeze(plan, plan_window(plan, work_calendar()), today=today)
    except RuleViolation:
        return False
    return True


def _require_window(
    plan: SamplingPlan, *, today: date, actor: Any, reason: str
) -> tuple[tuple[date, ...], str]:
    """The window, and the reason if it was needed (kept for ever, shown in red)."""
    window = plan_window(plan, work_calendar())
    try:
        check_day_of_freeze(plan, window, today=today)
    except RuleViolation:
        if not reason.strip():
            raise
        require(actor, permissions.FREEZE_OUTSIDE_WINDOW, field=REASON_FIELD)
        return window, checked_text(
            reason, label=_("时段外冻结原因"), field=REASON_FIELD, limit=REASON_LENGTH
        )
    return window, ""


def _require_staffable(plan: SamplingPlan, frozen: FrozenPool) -> None:
    if not frozen.pool.sources:
        raise PoolIsEmpty(EMPTY_POOLS.get(PlanKind(plan.kind), EMPTY_POOL))
    stuck = protocol.unstaffable(frozen.pool)
    if stuck:
        rows = sources_by_pool_id(stuck)
        names = "、".join(str(rows[name]) if name in rows else name for name in stuck[:20])
        raise PoolCannotBeStaffed(
            _(
                "下列 %(count)s 个单位无法组成检查组（至少两名持有效执法证且无利害关系的执法人员）："
                "%(names)s。请补充在岗执法人员、更新执法证，或核对回避关系后再冻结。"
            )
            % {"count": len(stuck), "names": names},
            stuck,
        )


def _line(line: QuotaLine) -> dict[str, Any]:
    return {
        "category": str(line.category),
        "base": line.base,
        "drawable": line.drawable,
        "floor": line.floor,
        "uncovered": line.uncovered,
        "quota": line.quota,
        "ratio_text": line.ratio_text,
        "explanation": line.explanation,
    }


def _store_quotas(plan: SamplingPlan, lines: Sequence[dict[str, Any]]) -> None:
    plan.quotas.all().delete()
    PlanQuota.objects.bulk_create([PlanQuota(plan=plan, **line) for line in lines])


def _dispatch_days(plan: SamplingPlan, drawn_by: date, calendar: WorkCalendar) -> list[date]:
    """One wave a month by default; with more waves than months, the first working days of weeks.

    Plans beside the quarter's own start when they are drawn, a monthly batch with its month. No
    wave is announced for a day on which the draw may still be to come.
    """
    earliest = calendar.first_workday_from(drawn_by + timedelta(days=1))
    return [max(day, earliest) for day in _days_of_waves(plan, drawn_by, calendar)]


def _days_of_waves(plan: SamplingPlan, drawn_by: date, calendar: WorkCalendar) -> list[date]:
    period, count = plan.period, plan.waves
    if plan.kind == PlanKind.QUARTERLY and count <= MONTHS:
        return wave_dates([calendar.first_workday_from(day) for day in period.months], count)
    start, end = period.start, period.end
    if plan.kind == PlanKind.MONTHLY:
        start = period.months[plan.parsed.count - 1]
        end = start + timedelta(weeks=4)
    elif plan.kind != PlanKind.QUARTERLY:
        start = max(start, drawn_by + timedelta(days=1))
    weeks = [start + timedelta(weeks=n) for n in range(max(1, (end - start).days // 7))]
    return wave_dates([calendar.first_workday_from(day) for day in weeks], count)


def _require_earlier_batches_out(plan: SamplingPlan) -> None:
    """A batch leaves out whom the earlier ones drew, so their list must not be sealed any more."""
    if plan.kind != PlanKind.MONTHLY:
        return
    for month in range(1, plan.parsed.count):
        earlier = PlanNumber(plan.period, PlanKind.MONTHLY, month)
        draw = Draw.objects.filter(
            plan__number=str(earlier), state__in=[DrawState.APPROVED, DrawState.REVEALED]
        ).first()
        if draw is None or draw.waves.filter(dispatched_at__isnull=True).exists():
            raise EarlierBatchSealed(
                _("%(plan)s还没有全部派发，本批要避开其已抽单位，请等其派发完毕后再冻结。")
                % {"plan": earlier.label}
            )


@transaction.atomic
def freeze_plan(
    *,
    number: str,
    actor: Any,
    entropy: Sequence[Mapping[str, str]],
    now: datetime,
    draw_by: date | None = None,
    reveal_by: date | None = None,
    outside_window_reason: str = "",
    open_points: Sequence[str] = (),
    open_points_reason: str = "",
) -> Draw:
    """Fix the pool, commit to the nonce, and announce both with every time and number.

    ``entropy``: kind, id and at of each source, as the protocol writes them. Without ``draw_by``
    the draw is held within DAYS_TO_DRAW working days of the last source; without ``reveal_by`` it
    is revealed by the end of the month after the quarter.

    Refused outside the last five working days of the quarter before, unless an approver gives
    a reason that stays visible; refused where a source cannot be given a team. ``open_points`` of
    the workbench, and why the plan is frozen all the same, go into the trail.
    Source: 实施方案 二（四）; chanji-draw/2 §1–2.
    """
    require(actor, permissions.FREEZE_PLAN)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.FREEZE)
    # The announcement tells moments to the second, and the row is to say the same.
    now = now.replace(microsecond=0)
    today = timezone.localdate(now)
    window, late_reason = _require_window(
        plan, today=today, actor=actor, reason=outside_window_reason
    )
    _require_notice(entropy, now=now)
    _require_earlier_batches_out(plan)
    frozen = build_pool(plan, today=today)
    _require_staffable(plan, frozen)
    draw = _create_draw(
        plan,
        frozen,
        actor=actor,
        now=now,
        entropy=entropy,
        draw_by=draw_by,
        reveal_by=reveal_by,
        window=window,
        outside_window_reason=late_reason,
    )
    move_plan(plan, PlanMove.FREEZE)
    _stop_freeze_clock(plan, now=now)
    start_draw_clock(draw)
    record_event(
        action="plan.frozen",
        actor=actor,
        obj=draw,
        changes={
            "pool_digest": [None, draw.pool_digest],
            "commitment": [None, draw.commitment],
            "announcement": [None, draw.announcement_digest],
            **({"open_points": [list(open_points), open_points_reason]} if open_points else {}),
        },
        reason=late_reason,
    )
    return draw


def proposed_sources(*, now: datetime) -> list[dict[str, str]]:
    """The next lotteries that leave the public the bureau's notice, the earliest first."""
    notice = timedelta(hours=bureau_setting("announcement_notice_hours"))
    return upcoming(now + notice, PROPOSED)


def _require_notice(entropy: Sequence[Mapping[str, str]], *, now: datetime) -> None:
    """The bureau's own notice before the first source, longer than the protocol's 24 hours."""
    hours = bureau_setting("announcement_notice_hours")
    try:
        sources = protocol.check_sources([dict(source) for source in entropy], now)
    except protocol.ProtocolError as error:
        raise _not_usable(error) from error
    first = min(at for _kind, _identity, at in sources)
    if first < now + timedelta(hours=hours):
        raise EntropyNotUsable(
            _(
                "公开随机源最早在 %(at)s 揭晓，须至少晚于冻结%(hours)d小时，"
                "使社会能先留存公告，请改用更晚揭晓的一期。"
            )
            % {"at": timezone.localtime(first).strftime("%Y-%m-%d %H:%M"), "hours": hours},
            field="entropy",
        )


def _not_usable(error: protocol.ProtocolError) -> EntropyNotUsable:
    return EntropyNotUsable(_("公开随机源不可用：%s") % error.message, field=_field_of(error.part))


def _field_of(part: str) -> str:
    """The field of the form that a refused part of the announcement is about."""
    return next((field for field in ("draw_by", "reveal_by") if field in part), "entropy")


def _announce(
    plan: SamplingPlan,
    pool: str,
    nonce: str,
    *,
    now: datetime,
    entropy: Sequence[Mapping[str, str]],
    draw_by: date | None,
    reveal_by: date | None,
) -> protocol.Announcement:
    last = max(at for _kind, _identity, at in protocol.check_sources(list(entropy), now))
    after = plan.period.next.months[1] - timedelta(days=1)
    draw_by = draw_by or work_calendar().add(last.date(), DAYS_TO_DRAW)
    try:
        return protocol.check_announcement(
            protocol.announce(
                pool=pool,
                nonce=nonce,
                frozen_at=now,
                draw_by=draw_by,
                reveal_by=reveal_by or max(after, draw_by),
                entropy=entropy,
            )
        )
    except protocol.ProtocolError as error:
        raise _not_usable(error) from error


def _create_draw(
    plan: SamplingPlan, frozen: FrozenPool, *, window: tuple[date, ...], **fields: Any
) -> Draw:
    nonce = sealing.new_nonce()
    terms = {name: fields[name] for name in ("now", "entropy", "draw_by", "reveal_by")}
    announced = _announce(plan, frozen.text, nonce.hex(), **terms)
    lines = [_line(line) for line in frozen.composition.lines]
    moments = [at for _kind, _identity, at in announced.sources]
    draw = Draw.objects.create(
        plan=plan,
        pool=frozen.text,
        pool_digest=announced.pool_digest,
        commitment=announced.commitment,
        sealed_nonce=sealing.seal(nonce, context=announced.commitment),
        announcement=announced.value,
        announcement_digest=announced.digest,
        officers_count=frozen.officers,
        frozen_at=fields["now"],
        frozen_by=fields["actor"],
        entropy_from=min(moments),
        entropy_at=max(moments),
        window_from=window[0],
        window_to=window[-1],
        outside_window_reason=fields["outside_window_reason"],
        quotas=lines,
        left_out=[
            {"source": row.source_id, "code": str(row.reason), "reason": row.text}
            for row in frozen.composition.left_out
        ],
    )
    _store_quotas(plan, lines)
    total = sum(line["quota"] for line in lines)
    days = _dispatch_days(plan, announced.draw_by, work_calendar())
    sizes = [len(wave) for wave in split_into_waves([""] * total, plan.waves)]
    Wave.objects.bulk_create(
        [
            Wave(draw=draw, number=number, due_on=day, size=size)
            for number, (day, size) in enumerate(zip(days, sizes, strict=True), 1)
            if size
        ]
    )
    return draw


@transaction.atomic
def withdraw_freeze(*, number: str, actor: Any, reason: str, now: datetime) -> Draw:
    """Take a freeze back, only before any entropy can be known; published for good."""
    require(actor, permissions.WITHDRAW_FREEZE)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.WITHDRAW)
    draw = standing_draw(plan)
    if not reason.strip():
        raise ReasonMissing(_("请填写撤回冻结的原因，原因将随公告永久公开。"), field="reason")
    if now >= draw.entropy_from:
        raise WithdrawalTooLate(
            _("公布的随机源时刻（%(at)s）已到，冻结不能再撤回，只能按程序抽取。")
            % {"at": timezone.localtime(draw.entropy_from).strftime("%Y-%m-%d %H:%M")}
        )
    reason = checked_text(reason, label=_("撤回原因"), field="reason", limit=REASON_LENGTH)
    draw.state = DrawState.WITHDRAWN
    draw.ended_at, draw.ended_by, draw.end_reason = now, actor, reason.strip()
    draw.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    move_plan(plan, PlanMove.WITHDRAW)
    cancel_clocks(draw, now=now)
    reopen_freeze_clock(plan, now=now)
    record_event(action="plan.withdrawn", actor=actor, obj=draw, reason=reason)
    return draw
