"""法定季报: counted from registers and records, issued once, reissued in the open."""

from collections import Counter
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from disclosure.choices import PublicationState
from disclosure.models import PublicationLink, PublicStatutoryReport
from disclosure.permissions import PUBLISH_RESULT
from disclosure.rules.statutory_report import HEADER, StatutoryNumbers, table
from inspections.choices import AssignmentState, ProblemState
from inspections.models import Assignment, Problem
from inspections.services.papers import blocks
from inspections.services.papers.printing import content_digest
from registry.choices import RegulatoryType
from registry.importing.services.spreadsheets import write_workbook
from registry.models import Inspector, PollutionSource
from registry.papers.documents import render_paper
from registry.papers.docx import render_word
from registry.permissions import require
from registry.rules.quarter import Quarter
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import record_event
from sampling.choices import DrawCategory
from sampling.models import SamplingPlan


class ReportRefused(RuleViolation):
    code = "statutory_report_refused"
    basis = "实施方案 二（五）"


def numbers_of(quarter: Quarter, *, today: date) -> StatutoryNumbers:
    """The quarter as it stands today: its plans that count toward the random ratio."""
    numbers = [
        plan.number
        for plan in SamplingPlan.objects.filter(number__startswith=str(quarter))
        if plan.counts_toward_ratio
    ]
    done = Assignment.objects.filter(plan__number__in=numbers, state=AssignmentState.APPROVED)
    checks = Counter(done.values_list("category", flat=True))
    links = Counter(
        PublicationLink.objects.filter(assignment__plan__number__in=numbers).values_list(
            "state", flat=True
        )
    )
    problems = Counter(
        Problem.objects.filter(assignment__plan__number__in=numbers).values_list("state", flat=True)
    )
    return StatutoryNumbers(
        **_units(today),
        officers=Inspector.objects.of_the_bureau().officers_valid_on(today).count(),
        checks_general=checks[DrawCategory.GENERAL],
        checks_key=checks[DrawCategory.KEY],
        checks_special=checks[DrawCategory.SPECIAL],
        published=links[PublicationState.PUBLISHED] + links[PublicationState.WITHDRAWN],
        withheld=links[PublicationState.WITHHELD],
        problems_found=sum(problems.values()),
        problems_handled=problems[ProblemState.CLOSED],
    )


def _units(today: date) -> dict[str, int]:
    units = PollutionSource.objects.in_pool()
    special = Q(pk__in=units.special_on(today).values("pk"))
    key = Q(regulatory_type=RegulatoryType.KEY)
    return units.aggregate(
        units_total=Count("pk"),
        units_general=Count("pk", filter=~key & ~special),
        units_key=Count("pk", filter=key),
        units_special=Count("pk", filter=special),
    )


@transaction.atomic
def issue_report(
    *, quarter: Quarter, actor: Any, note: str, now: datetime, today: date
) -> PublicStatutoryReport:
    """Fix the numbers and publish them; a second issue of a quarter says why.

    Raises ReportRefused for a quarter that is not over, or a reissue without a reason or a change.
    """
    require(actor, PUBLISH_RESULT)
    if today <= quarter.end:
        raise ReportRefused(
            _("%(quarter)s尚未结束，结束后才能报出；现在可以预览。") % {"quarter": quarter.label}
        )
    numbers = numbers_of(quarter, today=today).as_json()
    last = PublicStatutoryReport.objects.filter(quarter=str(quarter)).order_by("version").last()
    if last is not None:
        if last.numbers == numbers:
            raise ReportRefused(_("数据与第%(n)d版相同，无需重报。") % {"n": last.version})
        if not note.strip():
            raise ReportRefused(_("重报须写明原因，原因将公开显示。"), field="note")
        note = checked_text(note, label=_("重报说明"), field="note", limit=300).strip()
    report = PublicStatutoryReport.objects.create(
        quarter=str(quarter),
        version=last.version + 1 if last else 1,
        numbers=numbers,
        authority=bureau_setting("bureau_name"),
        note=note if last else "",
        issued_at=now,
    )
    record_event(action="statutory_report.issued", actor=actor, obj=report, reason=report.note)
    return report


def report_workbook(quarter: Quarter, numbers: StatutoryNumbers) -> bytes:
    target = BytesIO()
    write_workbook(target, [(str(quarter), HEADER, table(numbers))])
    return target.getvalue()


def _paper(quarter: Quarter, numbers: StatutoryNumbers, *, day: date) -> dict[str, Any]:
    rows = [
        blocks.table("", HEADER, (2.6, 1.3, 1.1, 1.1, 1.1, 4.2), table(numbers)),
        blocks.closing(bureau_setting("bureau_name"), day),
    ]
    return {
        "title": _("双随机、一公开统计季报"),
        "bureau": bureau_setting("bureau_name"),
        "number": quarter.label,
        "version": day.isoformat(),
        "digest": content_digest(rows),
        "copy": "",
        "qr": "",
        "address": "",
        "blocks": rows,
    }


def report_pdf(quarter: Quarter, numbers: StatutoryNumbers, *, moment: datetime) -> bytes:
    return render_paper(_paper(quarter, numbers, day=moment.date()), files={}, moment=moment)


def report_word(quarter: Quarter, numbers: StatutoryNumbers, *, moment: datetime) -> bytes:
    return render_word(_paper(quarter, numbers, day=moment.date()), files={}, moment=moment)
