"""综合查一次: what waits at one unit is done in one visit (domain rules §3)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.models import Assignment, JointVisit
from inspections.permissions import APPROVE_CHECK_REQUEST
from registry.clocks.services.deadlines import notify
from registry.permissions import require
from registry.querysets import about
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event

MERGEABLE = ("dispatched", "accepted")


class NothingToMerge(RuleViolation):
    code = "nothing_to_merge"


class BadVisitDay(RuleViolation):
    code = "bad_visit_day"


@transaction.atomic
def merge_visits(*, source_id: int, on: date, actor: Any, now: datetime) -> JointVisit:
    """What is dispatched and not begun at one unit is done in one visit; both teams are told."""
    require(actor, APPROVE_CHECK_REQUEST)
    rows = list(
        Assignment.objects.select_for_update(of=("self",)).filter(
            about(source_id), state__in=MERGEABLE, joint_visit=None
        )
    )
    if len(rows) < 2:
        raise NothingToMerge(_("该单位没有两项以上可以合并的任务，请刷新页面。"))
    latest = min(row.due_on for row in rows)
    if not timezone.localdate(now) <= on <= latest:
        raise BadVisitDay(
            _("上门日期应在今天至 %(day)s 之间。") % {"day": latest.isoformat()}, field="on"
        )
    visit = JointVisit.objects.create(source_id=source_id, on=on, decided_by=actor, decided_at=now)
    for row in rows:
        row.joint_visit = visit
        row.save(update_fields=["joint_visit"])
        _tell_team(row, visit)
    numbers = "、".join(row.number for row in rows)
    record_event(action="joint_visit.decided", actor=actor, obj=visit, reason=numbers)
    return visit


def _tell_team(row: Assignment, visit: JointVisit) -> None:
    notify(
        users=row.team_users(),
        key=f"joint_visit:{visit.pk}:{row.pk}",
        text=_("综合查一次：%(number)s 与该单位的其他任务合并于 %(day)s 一次上门。")
        % {"number": row.number, "day": visit.on.isoformat()},
        level="info",
        link=f"/inspections/{row.public_id}/",
    )
