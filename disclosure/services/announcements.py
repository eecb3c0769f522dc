"""Copies of plans, draws, proofs and progress; rebuilt from the staff side, never a name."""

from collections import Counter
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from disclosure.choices import (
    ENDED_WITHOUT_EFFECT,
    AnnouncementState,
    PublicationState,
    WithholdingState,
)
from disclosure.models import (
    PublicationLink,
    PublicExternalDraw,
    PublicItem,
    PublicPlan,
    PublicProgress,
    PublicProof,
    Withholding,
)
from disclosure.services.fairness_reports import refresh_fairness
from inspections.choices import AssignmentState, ProblemState
from inspections.models import Assignment, Problem
from registry.choices import ItemClass, ListLevel
from registry.models import InspectionItemList
from sampling.choices import DrawState
from sampling.models import Draw, ExternalDraw
from sampling.rules.protocol import LEFT_OUT_NAMES, dump_bundle
from sampling.selectors import sources_of

# What an announcement says once and for all: whoever alters the freeze behind it afterwards must
# not find the public copy following.
FIXED = (
    "plan_number", "kind", "counts_toward_ratio", "announcement", "announcement_digest", "sources",
    "registered", "left_out", "frozen_at", "outside_window_reason", "quotas", "officers_count",
)  # fmt: skip
# Older plans are settled; recounting them at every change would grow with the years.
LIVE_PLANS = 40
STATE_OF = {
    DrawState.FROZEN: AnnouncementState.ANNOUNCED,
    DrawState.DRAWN: AnnouncementState.DRAWN,
    DrawState.APPROVED: AnnouncementState.APPROVED,
    DrawState.REVEALED: AnnouncementState.REVEALED,
    DrawState.WITHDRAWN: AnnouncementState.WITHDRAWN,
    DrawState.VOID: AnnouncementState.VOID,
}


def announced_quotas(draw: Draw) -> list[dict[str, Any]]:
    return [{**line, "label": draw.plan.category_label(line["category"])} for line in draw.quotas]


def plan_fields(draw: Draw) -> dict[str, Any]:
    return {
        "plan_number": draw.plan.number,
        "title": str(draw.plan),
        "kind": draw.plan.kind,
        "counts_toward_ratio": draw.plan.counts_toward_ratio,
        "department": draw.plan.department.name if draw.plan.department else "",
        "state": STATE_OF[DrawState(draw.state)],
        "announcement": draw.announcement,
        "announcement_digest": draw.announcement_digest,
        "sources": [
            {
                "name": row["name"],
                "at": timezone.localtime(row["at"]).strftime("%Y-%m-%d %H:%M:%S"),
                "address": row["address"],
            }
            for row in sources_of(draw)
        ],
        "registered": [
            {"label": draw.plan.category_label(category), "count": count}
            for category, count in draw.announcement["register"].items()
        ],
        "left_out": [
            {"label": LEFT_OUT_NAMES[reason], "count": count}
            for reason, count in draw.announcement["left_out"].items()
        ],
        "frozen_at": draw.frozen_at,
        "outside_window_reason": draw.outside_window_reason,
        "quotas": announced_quotas(draw),
        "items": list(draw.plan.items.order_by("position").values("code", "name")),
        "waves": [
            {"number": wave.number, "due_on": wave.due_on.isoformat(), "size": wave.size}
            for wave in draw.waves.all()
        ],
        "officers_count": draw.officers_count,
        "drawn_at": draw.drawn_at,
        "record": draw.record,
        "approved_at": draw.approved_at,
        "ended_at": draw.ended_at if draw.state in ENDED_WITHOUT_EFFECT else None,
        "ended_reason": draw.end_reason,
    }


@transaction.atomic
def mirror_announcement(draw: Draw, *, now: datetime) -> bool:
    """Bring what follows the draw up to date; True if anything changed."""
    fields = plan_fields(draw)
    row = PublicPlan.objects.select_for_update().filter(commitment=draw.commitment).first()
    if row is None:
        PublicPlan.objects.create(commitment=draw.commitment, published_at=now, **fields)
        return True
    fields = {name: value for name, value in fields.items() if name not in FIXED}
    if all(getattr(row, name) == value for name, value in fields.items()):
        return False
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return True


def mirror_announcements(*, now: datetime) -> int:
    """Copy every draw whose public copy lags behind; those that ended first, so that a plan
    never shows two standing announcements."""
    settled = PublicPlan.objects.filter(
        state__in=[AnnouncementState.REVEALED, *ENDED_WITHOUT_EFFECT]
    ).values("commitment")
    draws = (
        Draw.objects.exclude(commitment__in=settled)
        .select_related("plan__department")
        .prefetch_related("waves")
        .order_by("frozen_at")
    )
    changed = sum(mirror_announcement(draw, now=now) for draw in draws)
    for draw in Draw.objects.filter(bundle__isnull=False).exclude(
        commitment__in=PublicProof.objects.values("commitment")
    ):
        publish_proof(draw, now=now)
        changed += 1
    return changed + mirror_external_draws(now=now) + refresh_fairness()


def publish_proof(draw: Draw, *, now: datetime) -> PublicProof:
    text = dump_bundle(draw.bundle)
    proof, _created = PublicProof.objects.get_or_create(
        commitment=draw.commitment,
        defaults={
            "plan_number": draw.plan.number,
            "void": draw.state == DrawState.VOID,
            "drawn": draw.record is not None,
            "bundle": text,
            "sha256": sha256(text.encode()).hexdigest(),
            "published_at": now,
        },
    )
    return proof


def progress_counts(number: str) -> dict[str, Any]:
    """The plan's progress in numbers."""
    states = Counter(
        Assignment.objects.filter(plan__number=number)
        .exclude(state=AssignmentState.REPLACED)
        .values_list("state", flat=True)
    )
    inspected = sum(states[s] for s in ("submitted", "returned", "approved"))
    links = Counter(
        PublicationLink.objects.filter(assignment__plan__number=number).values_list(
            "state", flat=True
        )
    )
    grounds = Counter(
        Withholding.objects.filter(
            link__assignment__plan__number=number, state=WithholdingState.APPROVED
        ).values_list("ground", flat=True)
    )
    problems = Counter(
        Problem.objects.filter(assignment__plan__number=number).values_list("state", flat=True)
    )
    draw = Draw.objects.filter(
        plan__number=number, state__in=["drawn", "approved", "revealed"]
    ).first()
    return {
        "drawn": sum(line["quota"] for line in draw.quotas) if draw else _taken_over(number),
        "dispatched": sum(states.values()),
        "inspected": inspected,
        "completed": states[AssignmentState.APPROVED],
        "published": links[PublicationState.PUBLISHED] + links[PublicationState.WITHDRAWN],
        "withheld": links[PublicationState.WITHHELD],
        "withheld_by_ground": dict(grounds),
        "problems_found": sum(problems.values()),
        "problems_closed": problems[ProblemState.CLOSED],
    }


def _taken_over(number: str) -> int:
    external = ExternalDraw.objects.filter(plan__number=number, approved_at__isnull=False).first()
    return external.units if external else 0


def rebuild_progress(*, now: datetime) -> int:
    """Progress of each plan that has an announcement; written only where it changed."""
    changed = 0
    current = {row.plan_number: row for row in PublicProgress.objects.all()}
    drawn_here = PublicPlan.objects.values_list("plan_number", flat=True)
    elsewhere = PublicExternalDraw.objects.values_list("plan_number", flat=True)
    for number in sorted({*drawn_here, *elsewhere}, reverse=True)[:LIVE_PLANS]:
        counts = progress_counts(number)
        row = current.get(number)
        if row is not None and all(getattr(row, k) == v for k, v in counts.items()):
            continue
        PublicProgress.objects.update_or_create(
            plan_number=number, defaults={**counts, "updated_at": now}
        )
        changed += 1
    return changed


def mirror_external_draws(*, now: datetime) -> int:
    """Approved draws of another platform, in counts; what is public of them never changes."""
    rows = ExternalDraw.objects.filter(approved_at__isnull=False).exclude(
        plan__number__in=PublicExternalDraw.objects.values("plan_number")
    )
    made = [
        PublicExternalDraw(
            plan_number=row.plan.number,
            title=str(row.plan),
            platform=row.platform,
            drawn_on=row.drawn_on,
            file_sha256=row.sha256,
            counts=external_counts(row),
            approved_at=row.approved_at,
            published_at=now,
        )
        for row in rows.select_related("plan")
    ]
    return len(PublicExternalDraw.objects.bulk_create(made))


def external_counts(row: ExternalDraw) -> list[dict[str, Any]]:
    return [
        {"label": row.plan.category_label(category), "count": count}
        for category, count in sorted(row.counts.items())
    ]


@transaction.atomic
def publish_items() -> int:
    """Copy the bureau's item lists that are not public yet."""
    made = 0
    public = set(PublicItem.objects.values_list("list_version", flat=True))
    for item_list in InspectionItemList.objects.filter(level=ListLevel.BUREAU).exclude(
        version__in=public
    ):
        rows = [
            PublicItem(
                list_title=item_list.title,
                list_version=item_list.version,
                effective_from=item_list.effective_from,
                position=item.position,
                code=item.code,
                name=item.name,
                item_class=str(ItemClass(item.item_class).label),
                body=item.body,
                target=item.target,
                content=item.content,
                method=str(item.get_method_display()),
                ratio=item.ratio,
                frequency=item.frequency,
                bases=[
                    {
                        "title": basis.title,
                        "article": basis.article,
                        "valid_from": basis.valid_from.isoformat(),
                        "valid_to": basis.valid_to.isoformat() if basis.valid_to else "",
                        "confirmed": basis.confirmed,
                    }
                    for basis in item.bases.all()
                ],
            )
            for item in item_list.items.prefetch_related("bases")
        ]
        PublicItem.objects.bulk_create(rows)
        made += len(rows)
    return made
