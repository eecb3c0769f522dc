"""Reads of plans and draws. None of them names a drawn unit."""

from collections import Counter
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.rules.violations import RuleViolation
from sampling.choices import ENDED_WITHOUT_EFFECT, DrawState
from sampling.models import Draw, DrawVoid, ExternalDraw, SamplingPlan, Wave
from sampling.rules import protocol


class NoStandingDraw(RuleViolation):
    code = "no_standing_draw"
    basis = "chanji-draw/2 §2"


def left_out_counts(draw: Draw) -> list[tuple[str, int]]:
    """Why units were not in the frozen pool, and how many for each reason."""
    return Counter(row["reason"] for row in draw.left_out).most_common()


def sources_of(draw: Draw) -> list[dict[str, Any]]:
    """The announced sources in their order: name, moment, official address, and the value once
    it was drawn."""
    values = [row["value"] for row in draw.record["entropy"]] if draw.record else []
    return [
        {
            "name": protocol.official_name(source["kind"], source["id"]),
            "at": datetime.fromisoformat(source["at"]),
            "address": protocol.official_address(source["kind"], source["id"]),
            "value": value,
        }
        for source, value in zip_longest(draw.announcement["entropy"], values)
    ]


def course_of(draw: Draw) -> list[dict[str, Any]]:
    """How the draw ran, category by category, in counts that the announced pool alone gives."""
    pool = protocol.parse_pool(draw.pool)
    rows = []
    for line in draw.quotas:
        units = pool.of(protocol.Category(line["category"]))
        rows.append(
            {
                "label": draw.plan.category_label(line["category"]),
                "units": len(units),
                "tickets": sum(unit.weight for unit in units),
                "drawn": line["quota"],
                "reserves": len(units) - line["quota"],
            }
        )
    return rows


def standing_draw(plan: SamplingPlan) -> Draw:
    """The one freeze or draw of ``plan`` that counts; NoStandingDraw if there is none."""
    draw = standing_draw_or_none(plan)
    if draw is None:
        raise NoStandingDraw(_("该计划还没有冻结，请先冻结并公布承诺。"))
    return draw


def standing_draw_or_none(plan: SamplingPlan) -> Draw | None:
    return plan.draws.exclude(state__in=ENDED_WITHOUT_EFFECT).first()


def open_void(draw: Draw) -> DrawVoid | None:
    """The proposal to void ``draw`` that waits for a second approver."""
    return draw.voids.filter(state=DrawVoid.State.PROPOSED).select_related("proposed_by").first()


def plans_for_desk() -> QuerySet[SamplingPlan]:
    rows = SamplingPlan.objects.select_related("drafted_by", "external")
    return rows.prefetch_related("quotas", "draws")


def next_wave(number: str) -> Wave | None:
    """The first wave of an approved draw that has not been dispatched."""
    return (
        Wave.objects.filter(
            draw__plan__number=number.upper(),
            draw__state=DrawState.APPROVED,
            dispatched_at__isnull=True,
        )
        .order_by("number")
        .first()
    )


def due_plans(today: date) -> list[str]:
    """The plan of each wave that is due, once per wave, oldest first; and every approved draw from
    elsewhere, which goes out as a whole."""
    external = ExternalDraw.objects.filter(
        approved_at__isnull=False, dispatched_at__isnull=True
    ).values_list("plan__number", flat=True)
    waves = (
        Wave.objects.filter(
            draw__state=DrawState.APPROVED, dispatched_at__isnull=True, due_on__lte=today
        )
        .order_by("draw__plan__number", "number")
        .values_list("draw__plan__number", flat=True)
    )
    return [*waves, *external]
