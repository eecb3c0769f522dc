"""What the page of a plan offers: the steps its state leaves open to whoever looks at it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.rules.tones import OK, RED, WARN, Tag
from sampling import permissions
from sampling.models import Draw, DrawVoid, SamplingPlan
from sampling.rules.plan_state import MOVES, PlanMove, PlanState
from sampling.rules.quota_lines import QuotaLine

# What a check before the freeze comes to.
LEVELS = {
    "ok": Tag(_("通过"), OK),
    "warning": Tag(_("请处理"), WARN),
    "blocking": Tag(_("不能冻结"), RED),
}


@dataclass(frozen=True)
class Offers:
    freeze: bool
    draw: bool
    withdraw: bool
    approve: bool
    dispatch: bool
    reveal: bool
    propose_void: bool
    decide_void: bool
    read_sealed: bool


def labelled(plan: SamplingPlan, lines: Iterable[QuotaLine]) -> list[dict[str, Any]]:
    """The lines of a plan that is not frozen yet, named as a stored quota names itself."""
    return [{**asdict(line), "label": plan.category_label(line.category)} for line in lines]


def offers(
    plan: SamplingPlan,
    *,
    user: Any,
    draw: Draw | None,
    void: DrawVoid | None,
    entropy_known: bool,
) -> Offers:
    """``entropy_known``: the first announced moment has come."""
    ahead = MOVES[PlanState(plan.state)]
    waves = list(draw.waves.all()) if draw else []
    dispatched = any(wave.dispatched_at for wave in waves)
    may_void = draw is not None and user.has_perm(permissions.VOID_DRAW)
    return Offers(
        freeze=PlanMove.FREEZE in ahead and user.has_perm(permissions.FREEZE_PLAN),
        draw=PlanMove.DRAW in ahead and user.has_perm(permissions.DRAW_PLAN),
        withdraw=PlanMove.WITHDRAW in ahead
        and not entropy_known
        and user.has_perm(permissions.WITHDRAW_FREEZE),
        approve=PlanMove.APPROVE in ahead and user.has_perm(permissions.APPROVE_PLAN),
        dispatch=plan.state == PlanState.APPROVED
        and void is None
        and any(wave.dispatched_at is None for wave in waves)
        and user.has_perm(permissions.DISPATCH_WAVE),
        reveal=PlanMove.REVEAL in ahead and user.has_perm(permissions.REVEAL_PLAN),
        propose_void=may_void
        and void is None
        and entropy_known
        and not dispatched
        and PlanMove.VOID in ahead,
        decide_void=may_void and void is not None,
        read_sealed=draw is not None
        and draw.record is not None
        and plan.state != PlanState.REVEALED
        and user.has_perm(permissions.VIEW_SEALED_SELECTION),
    )
