"""责令改正: the order, its service, and the files that show the correction."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, ServiceMethod
from inspections.models import CorrectionEvidence, CorrectionOrder
from inspections.rules.deadlines import recheck_due
from inspections.services.assignments import require_team
from inspections.services.numbering import create_numbered
from inspections.services.problem_steps import (
    note,
    note_as_violation,
    open_problem,
    start_clock,
    stop_clock,
)
from registry.choices import DeadlineKind
from registry.papers.stored_files import keep_received, media_type
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event


class BadOrder(RuleViolation):
    code = "bad_order"
    basis = "行政处罚法 第二十八条"


class BadService(RuleViolation):
    code = "bad_service"
    basis = "行政处罚法 第六十一条"


class CorrectionRefused(RuleViolation):
    code = "correction_refused"
    basis = "证据附件要求"


FILE_TYPES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
}


@transaction.atomic
def issue_order(
    *,
    problem_id: int,
    violation: str,
    requirements: str,
    basis: str,
    deadline: date,
    actor: Any,
    now: datetime,
) -> CorrectionOrder:
    """《责令改正通知书》 under the next number; the time to correct is that of the order from now on."""
    problem = open_problem(problem_id, Handling.RECTIFICATION, Handling.PENALTY_CASE)
    require_team(problem.assignment, actor)
    today = timezone.localdate(now)
    if problem.orders.filter(served_on=None).exists():
        raise BadOrder(_("已有一份责令改正通知书尚未送达，请先送达。"))
    if deadline < today:
        raise BadOrder(_("改正期限不能早于今天。"), field="deadline")
    order: CorrectionOrder = create_numbered(
        CorrectionOrder,
        f"ZG-{today.year}-",
        problem=problem,
        violation=checked_text(violation, label=_("违法事实"), field="violation", limit=2000),
        requirements=checked_text(
            requirements, label=_("改正要求"), field="requirements", limit=2000
        ),
        basis=checked_text(basis, label=_("依据"), field="basis", limit=300),
        deadline=deadline,
        issued_on=today,
        issued_by=actor,
    )
    if problem.handling == Handling.RECTIFICATION and deadline != problem.deadline:
        problem.deadline = deadline
        problem.save(update_fields=["deadline"])
        note_as_violation(problem)
        start_clock(
            problem,
            DeadlineKind.RECTIFY_PROBLEM,
            due_on=deadline,
            basis="责令改正决定",
            now=now,
        )
    note(problem, _("制作责令改正通知书 %(number)s") % {"number": order.number}, actor)
    record_event(action="order.issued", actor=actor, obj=order)
    return order


def fill_service(
    row: Any,
    *,
    not_before: date,
    served_on: date,
    method: str,
    receiver: str,
    text: str,
    actor: Any,
    today: date,
) -> None:
    """送达 of an order or a decision; BadService for days and methods that cannot be."""
    if row.served_on is not None:
        raise BadService(_("该文书已登记送达。"))
    if not not_before <= served_on <= today:
        raise BadService(
            _("送达日期应在文书日期（%(day)s）之后，且不晚于今天。") % {"day": not_before},
            field="served_on",
        )
    if method not in ServiceMethod.values:
        raise BadService(_("请选择送达方式。"), field="method")
    needs_words = method in (ServiceMethod.LEFT, ServiceMethod.ENTRUSTED)
    row.service_note = checked_text(
        text, label=_("送达说明"), field="text", limit=300, required=needs_words
    )
    row.receiver = checked_text(receiver, label=_("受送达人"), field="receiver", limit=100)
    row.served_on, row.service_method, row.served_by = served_on, method, actor
    row.save(update_fields=["served_on", "service_method", "receiver", "service_note", "served_by"])


@transaction.atomic
def serve_order(
    *,
    order_id: int,
    served_on: date,
    method: str,
    receiver: str,
    text: str,
    actor: Any,
    now: datetime,
) -> CorrectionOrder:
    """送达: the 30 days until the recheck start with this day."""
    order = CorrectionOrder.objects.select_for_update(of=("self",)).get(pk=order_id)
    problem = open_problem(order.problem_id, Handling.RECTIFICATION, Handling.PENALTY_CASE)
    require_team(problem.assignment, actor)
    fill_service(
        order,
        not_before=order.issued_on,
        served_on=served_on,
        method=method,
        receiver=receiver,
        text=text,
        actor=actor,
        today=timezone.localdate(now),
    )
    stop_clock(problem, DeadlineKind.SERVE_ORDER, now=now)
    if problem.handling == Handling.RECTIFICATION:
        start_clock(
            problem,
            DeadlineKind.RECHECK_PROBLEM,
            due_on=recheck_due(served_on, order.deadline),
            basis="责令改正送达之日起30日内复查",
            now=now,
        )
    note(
        problem,
        _("%(number)s 已送达：%(method)s，%(receiver)s，%(day)s")
        % {
            "number": order.number,
            "method": order.get_service_method_display(),
            "receiver": order.receiver,
            "day": served_on.isoformat(),
        },
        actor,
    )
    record_event(action="order.served", actor=actor, obj=order)
    return order


def _kind_of(path: Path) -> str:
    say = _("只能上传照片（JPG、PNG、WebP）、PDF 或 MP4 视频，请转换后再上传。")
    return media_type(path, FILE_TYPES, refuse=CorrectionRefused, say=say)


@transaction.atomic
def add_correction(
    *, problem_id: int, chunks: Iterable[bytes], name: str, text: str, actor: Any, now: datetime
) -> CorrectionEvidence:
    """整改佐证: a photo, PDF or video of the correction; the same bytes again are the same file."""
    problem = open_problem(problem_id, *Handling.values)
    require_team(problem.assignment, actor)
    text = checked_text(text, label=_("说明"), field="note", limit=200)
    sha256, kind, size = keep_received(chunks, refuse=CorrectionRefused, check=_kind_of)
    row, created = CorrectionEvidence.objects.get_or_create(
        problem=problem,
        sha256=sha256,
        defaults={
            "media_type": kind,
            "size": size,
            "name": name[-200:],
            "note": text,
            "uploaded_by": actor,
            "uploaded_at": now,
        },
    )
    if created:
        note(problem, _("上传整改佐证：%(text)s") % {"text": text}, actor)
        record_event(action="correction.stored", actor=actor, obj=row)
    return row
