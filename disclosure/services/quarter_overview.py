"""台账: one quarter on paper, from dispatch to publication.

A check is named once it is finished; before that only its team and the leaders may know the unit.
"""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from disclosure.models import PublicationLink
from inspections.choices import AssignmentState, ProblemState, ReviewDecision
from inspections.models import Assignment, RecordVersion, TeamMember
from inspections.services.papers import blocks
from inspections.services.papers.printing import content_digest
from registry.importing.services.spreadsheets import write_workbook
from registry.papers.documents import render_paper
from registry.rules.quarter import Quarter
from registry.selectors import bureau_setting

HEADER = (
    "序号", "任务编号", "单位", "监管类别", "检查人员", "派发日期", "检查日期", "完成日期", "检查结果",
    "问题（已销号/发现）", "公示期限", "公示情况",
)  # fmt: skip
WIDTHS = (0.95, 2.3, 4.0, 1.9, 2.2, 1.6, 1.6, 1.6, 2.75, 1.35, 1.6, 1.6)
SIZE = 8  # points


def overview_rows(quarter: Quarter) -> Iterator[list[str]]:
    """Every assignment of the quarter's plans, in their order; strings as they are printed."""
    links = {
        link.assignment_id: link
        for link in PublicationLink.objects.filter(
            assignment__plan__number__startswith=str(quarter)
        ).select_related("result")
    }
    for number, row in enumerate(_assignments(quarter), 1):
        done = row.state == AssignmentState.APPROVED
        link = links.get(row.pk)
        version = row.approved_versions[-1] if done and row.approved_versions else None
        yield [
            str(number),
            row.number,
            row.source.display_name if done else _("（完成后列出）"),
            row.category_label,
            "、".join(member.inspector.name for member in row.standing_team) if done else "",
            _day(row.dispatched_at),
            _day(version.inspected_from if version else None),
            _day(row.completed_at),
            str(version.get_outcome_display() if version else row.get_state_display()),
            f"{row.closed}/{row.found}" if done else "",
            _day(link.due_on if link else None),
            str(link.get_state_display()) if link else "",
        ]


def _assignments(quarter: Quarter) -> Any:
    team = TeamMember.objects.present().select_related("inspector")
    approved = RecordVersion.objects.filter(review__decision=ReviewDecision.APPROVED)
    return (
        Assignment.objects.filter(plan__number__startswith=str(quarter))
        .select_related("source", "plan")
        .prefetch_related(
            Prefetch("team", team.order_by("position"), to_attr="standing_team"),
            Prefetch("versions", approved.order_by("number"), to_attr="approved_versions"),
        )
        .annotate(
            found=Count("problems"),
            closed=Count("problems", filter=Q(problems__state=ProblemState.CLOSED)),
        )
        .order_by("number")
    )


def _day(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    day = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    return day.isoformat()


def overview_workbook(quarter: Quarter) -> bytes:
    target = BytesIO()
    write_workbook(target, [(str(quarter), HEADER, overview_rows(quarter))])
    return target.getvalue()


def overview_pdf(quarter: Quarter, *, moment: datetime) -> bytes:
    rows = [blocks.table("", HEADER, WIDTHS, list(overview_rows(quarter))) | {"size": SIZE}]
    data = {
        "title": _("%(quarter)s双随机抽查台账") % {"quarter": quarter.label},
        "bureau": bureau_setting("bureau_name"),
        "number": str(quarter),
        "version": timezone.localtime(moment).strftime("%Y-%m-%d %H:%M"),
        "digest": content_digest(rows),
        "copy": "",
        "qr": "",
        "address": "",
        "landscape": True,
        "blocks": rows,
    }
    return render_paper(data, files={}, moment=moment)
