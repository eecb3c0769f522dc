"""One unit's own page: why it is what it is, in sentences with their evidence."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.choices import AssessmentState, KeyClass, RiskGrade
from registry.models import (
    AuditEvent,
    ConflictOfInterest,
    PollutionSource,
    PositiveListChange,
    RiskAssessment,
    SpecialFlag,
)
from registry.rules.source_changes import TYPE_FIELDS
from registry.trail.selectors import Proofs, Subject, in_words, person_name


@dataclass(frozen=True)
class Answer:
    """A question and its answer: sentences, each with links to what it rests on."""

    question: str
    lines: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def _line(text: str, *links: tuple[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return text, tuple(links)


def sister_sites(source: PollutionSource) -> QuerySet[PollutionSource]:
    """Other units of the same company, those that have ended too."""
    if not source.uscc:
        return PollutionSource.objects.none()
    return PollutionSource.objects.filter(uscc=source.uscc).exclude(pk=source.pk).order_by("code")


def conflicts_in_force(source: PollutionSource, day: date) -> QuerySet[ConflictOfInterest]:
    return source.conflicts.in_force(day).select_related("inspector")


# --- why is it special? ---------------------------------------------------------------------


def why_special(source: PollutionSource, day: date) -> Answer:
    flags = SpecialFlag.objects.filter(source=source).select_related("proposed_by", "approved_by")
    running = flags.in_force(day).order_by("starts_on")
    lines = [_line(_flag_sentence(flag)) for flag in running]
    if not lines:
        lines.append(_line(_("目前不是特殊监管对象。")))
    lines += [
        _line(
            _("另有提议待批准：%(reason)s（%(evidence)s）。")
            % {"reason": flag.get_reason_display(), "evidence": flag.evidence or _("未写依据")},
            (_("去办理"), reverse("registry:special_flags")),
        )
        for flag in flags.filter(state=SpecialFlag.State.PROPOSED, ends_on=None)
    ]
    return Answer(_("为什么是（不是）特殊监管对象？"), tuple(lines))


def _flag_sentence(flag: SpecialFlag) -> str:
    said = _("自 %(day)s 起为特殊监管对象，原因：%(reason)s；依据：%(evidence)s。") % {
        "day": flag.starts_on,
        "reason": flag.get_reason_display(),
        "evidence": flag.evidence or _("未写"),
    }
    proposer = _("系统按本局界线") if flag.by_rule else person_name(flag.proposed_by)
    if proposer:
        said += _("由%(who)s提出，") % {"who": proposer}
    if flag.approved_by:
        said += _("%(who)s批准") % {"who": person_name(flag.approved_by)}
    else:
        said += _("随名录导入，以文件为据")
    if flag.decided_at:
        said += _("（%(day)s，%(reason)s）") % {
            "day": timezone.localdate(flag.decided_at),
            "reason": flag.decision_reason,
        }
    ends = _("，至 %(day)s 止") % {"day": flag.ends_on} if flag.ends_on else _("，未定终止日期")
    return said + ends + "。"


# --- who changed its type? ------------------------------------------------------------------


def type_text(source: PollutionSource) -> str:
    labels = dict(KeyClass.choices)
    said = f"{source.get_kind_display()}，{source.get_regulatory_type_display()}"
    if source.key_classes:
        said += f"（{'、'.join(str(labels.get(name, name)) for name in source.key_classes)}）"
    if source.key_list_year:
        said += _("，%(year)d 年度名录") % {"year": source.key_list_year}
    return said


def type_changes(source: PollutionSource) -> list[AuditEvent]:
    """Events of the trail that changed the type, newest first; the creation is not one of them."""
    events = AuditEvent.objects.filter(
        object_type=source._meta.label_lower, object_id=str(source.pk)
    ).order_by("-pk")
    return [
        event
        for event in events
        if any(name in event.changes for name in TYPE_FIELDS) and "created" not in event.action
    ]


def who_changed_the_type(source: PollutionSource) -> Answer:
    lines = [_line(_("现为%(type)s。") % {"type": type_text(source)})]
    events = type_changes(source)
    proofs = Proofs(events[:5])
    for event in events[:5]:
        lines.append(_type_line(event, proofs))
    if not events:
        lines.append(
            _line(
                _("建档（%(day)s）以来类型没有变更过。")
                % {"day": timezone.localdate(source.created_at)}
            )
        )
    return Answer(_("监管类型由谁、何时、凭什么变更？"), tuple(lines))


def _type_line(event: AuditEvent, proofs: Proofs) -> Any:
    moves = "；".join(
        f"{change.label}：{change.old} → {change.new}"
        for change in in_words(
            # PostgreSQL keeps no order within a stored change.
            Subject(PollutionSource),
            {n: event.changes[n] for n in TYPE_FIELDS if n in event.changes},
        )
    )
    on = event.changes.get("on", [None, ""])[1]
    said = _("%(day)s 由%(who)s变更：%(moves)s。原因：%(reason)s") % {
        "day": on or timezone.localdate(event.at),
        "who": event.actor_label,
        "moves": moves,
        "reason": event.reason or _("未写"),
    }
    if note := event.changes.get("evidence_note", [None, ""])[1]:
        said += _("；依据：%(note)s") % {"note": note}
    return _line(said + "。", *proofs.of(event))


# --- why so many tickets? -------------------------------------------------------------------


def grade_on(source: PollutionSource, moment: datetime) -> tuple[str, RiskAssessment | None]:
    """The register's grade at ``moment`` and the assessment it was confirmed by, if any."""
    later = AuditEvent.objects.filter(
        object_type=source._meta.label_lower, object_id=str(source.pk), at__gt=moment
    ).order_by("pk")
    grade = source.risk_grade
    for event in later:
        pair = event.changes.get("risk_grade")
        if pair:
            grade = pair[0] or ""
            break
    known = source.assessments.filter(proposed_grade=grade).select_related("weights", "decided_by")
    confirmed = known.filter(state=AssessmentState.CONFIRMED, decided_at__lte=moment)
    agreed = known.filter(state=AssessmentState.AGREES, created_at__lte=moment)
    return grade, (confirmed | agreed).order_by("-pk").first()


def listed_at(source: PollutionSource, day: date) -> bool:
    """On the positive list on ``day``, by the record of its changes."""
    last = (
        PositiveListChange.objects.filter(source=source, on__lte=day).order_by("-on", "-pk").first()
    )
    if last is None:
        return source.positive_list and (source.positive_from or day) <= day
    return last.kind == "entered" and (last.until is None or last.until >= day)


def grade_sentence(grade: str, row: RiskAssessment | None) -> str:
    if not grade:
        return _("没有风险等级，按低风险计签")
    label = dict(RiskGrade.choices)[grade]
    if row is None:
        return _("风险等级为%(grade)s（随名录登记，没有测算记录）") % {"grade": label}
    parts = [
        f"{line['factor']} {line['points']:+d}" for line in row.contributions if line["points"]
    ]
    said = _("风险等级为%(grade)s：%(day)s 按%(version)s权重测算，总分 %(score)d") % {
        "grade": label,
        "day": row.on,
        "version": row.weights,
        "score": row.score,
    }
    said += f"（{'，'.join(parts) or _('各项均为 0')}）"
    if row.decided_by:
        said += _("，%(who)s于 %(day)s 确认") % {
            "who": person_name(row.decided_by),
            "day": timezone.localdate(row.decided_at),
        }
    return said


# --- one unit, two records ------------------------------------------------------------------

COMPARED = (
    "name",
    "uscc",
    "site",
    "kind",
    "regulatory_type",
    "status",
    "address",
    "legal_representative",
    "contact",
    "phone",
    "permit_number",
    "permit_class",
    "permit_until",
    "industry_name",
    "risk_grade",
    "credit_grade",
    "grid",
)


def compared(left: PollutionSource, right: PollutionSource) -> list[tuple[str, str, str, bool]]:
    """(label, left, right, differs) of what tells two records of the register apart."""

    def shown(row: PollutionSource, name: str) -> str:
        display = getattr(row, f"get_{name}_display", None)
        return str(display() if display else getattr(row, name) or "") or "—"

    rows = []
    for name in COMPARED:
        label = str(PollutionSource._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        pair = shown(left, name), shown(right, name)
        rows.append((label, *pair, pair[0] != pair[1]))
    return rows
