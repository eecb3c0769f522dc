"""What happened to a unit or an inspector: who, when, old → new, why, on what evidence."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import choices
from registry.models import (
    AuditEvent,
    CapExemption,
    CheckLedgerEntry,
    ConflictOfInterest,
    EvidenceFile,
    ImportedFile,
    Inspector,
    PollutionSource,
    SpecialFlag,
    VerifiedClue,
)
from registry.rules.bureau_settings import SPECS
from registry.rules.source_changes import TYPE_FIELDS

MOST = 400
ACTIONS = {
    "source.created": "建档",
    "pollutionsource.created": "建档",
    "source.changed": "资料变更",
    "pollutionsource.changed": "资料变更",
    "pollutionsource.import_undone": "撤销导入",
    "inspector.import_undone": "撤销导入",
    "source.status_changed": "状态变更",
    "source.type_changed": "类型变更",
    "source.commissioned": "建设项目投运，转为排污单位",
    "source.site_added": "新增厂区",
    "source.merged": "合并记录",
    "source.merge_undone": "撤销合并",
    "source.risk_grade_changed": "确认风险等级",
    "risk_grade.rejected": "不采纳风险等级建议",
    "risk_fact.recorded": "登记风险事实",
    "risk_fact.voided": "作废风险事实",
    "positive_list.entered": "列入正面清单",
    "positive_list.left": "移出正面清单",
    "positive_list.expired": "正面清单到期移出",
    "inspector.created": "建档",
    "inspector.changed": "资料变更",
    "inspector.status_changed": "在岗状态变更",
    "credential.created": "登记执法证",
    "credential.changed": "执法证变更",
    "leave.created": "登记离岗时段",
    "leave.changed": "离岗时段变更",
    "leave.cancelled": "取消离岗时段",
    "conflict.declared": "申报利害关系",
    "conflict.recorded": "登记利害关系",
    "conflict.ended": "终止利害关系",
    "conflictofinterest.created": "登记利害关系",
    "conflictofinterest.changed": "利害关系变更",
}
# Words of the trail that are no field of a model.
WORDS = {
    "on": "日期",
    "special": "特殊监管",
    "special_reason": "特殊监管原因",
    "evidence_note": "文号或材料",
    "proposed_grade": "建议等级",
    "score": "总分",
    "certificate": "执法证号",
    "valid_from": "有效期起",
    "valid_to": "有效期止",
    "merged": "并入的记录",
    "merged_into": "已并入",
    "summary": "摘要",
    "source": "单位",
    "period": "时段",
    "kind_of_conflict": "关系",
}
# Of names that are neither: numbers of a step, and columns of a published result.
MORE_WORDS = {
    "assignments": "任务数",
    "units": "单位数",
    "count": "数量",
    "entropy": "随机源取值",
    "witnesses": "见证人",
    "outcome_root": "结果树根",
    "open_points": "冻结前检查未通过的事项，及仍要冻结的理由",
    "evidence": "佐证材料指纹",
    "digest": "指纹",
    "sha256": "文件指纹",
    "removed": "删除行数",
    "restored": "恢复行数",
    "signer": "签名人",
    "sections": "记录各部分",
    "shown": "显示内容",
    "approval": "审批",
    "enterprise_name": "企业名称",
    "enterprise_key": "企业标识",
    "category": "监管类别",
    "items": "抽查事项",
    "checked_on": "抽查时间",
    "outcome": "检查结果",
    "handling": "处理情况",
    "method": "检查方式",
    "plan_number": "抽查计划编号",
}
LISTS: Mapping[str, Any] = {"key_classes": choices.KeyClass, "pollutants": choices.Pollutant}
VALUES: Mapping[str, Any] = {
    "special_reason": choices.SpecialReason,
    "proposed_grade": choices.RiskGrade,
}
BLANK = "（空）"
# What a unit is for the draw; a change of these is one of its type.
IMPORTED = re.compile(r"^随名录导入：.*（第([0-9]{1,9})号）")


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One line. ``at`` orders the lines; ``exact`` says whether its time of day is known."""

    at: datetime
    title: str
    who: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    exact: bool = True
    tone: str = ""
    facts: tuple[str, ...] = field(default=())


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _word(name: str) -> str:
    """A bureau setting by its name on the page; other names are words already."""
    if name in SPECS:
        return SPECS[name].label
    return WORDS.get(name) or MORE_WORDS.get(name, name)


@dataclass(frozen=True)
class Subject:
    """What a line of the trail is about: the object, and the kind of row kept under it."""

    model: type[models.Model]
    row: type[models.Model] | None = None

    @classmethod
    def of(cls, model: type[models.Model], action: str) -> "Subject":
        """``credential.changed`` of a person is about one of his certificates."""
        kind = action.partition(".")[0]
        kept = (relation.related_model for relation in model._meta.related_objects)
        rows = [row for row in kept if not isinstance(row, str) and row._meta.model_name == kind]
        return cls(model, rows[0] if rows else None)

    def field(self, name: str) -> Any:
        """The field a name of the trail means; ``row.field`` is one of the row."""
        _row, dot, own = name.rpartition(".")
        owner = self.row if dot else self.model
        try:
            return owner._meta.get_field(own) if owner else None
        except FieldDoesNotExist:
            return None


def _label(subject: Subject, name: str) -> str:
    if name in WORDS:
        return WORDS[name]
    words = getattr(subject.field(name), "verbose_name", None)
    if words is None:  # no field: an inline's row, already in words
        return _word(name)
    row = name.rpartition(".")[0]
    return f"{row} {words}" if row else str(words)


def _plain_value(value: Any) -> str:
    if value in ("", None, []):
        return BLANK
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)


def _value(subject: Subject, name: str, value: Any) -> str:
    if value in ("", None, []) or isinstance(value, bool):
        return _plain_value(value)
    if name in LISTS:
        labels = dict(LISTS[name].choices)
        items = value if isinstance(value, list) else [value]
        return "、".join(str(labels.get(item, item)) for item in items)
    if name in VALUES:
        return str(dict(VALUES[name].choices).get(value, value))
    found = subject.field(name)
    if found is None or isinstance(value, list | dict):
        return _plain_value(value)
    return str(dict(getattr(found, "flatchoices", ()) or ()).get(value, value))


def in_words(
    subject: Subject, changes: Mapping[str, Any], *, created: bool = False
) -> tuple[Change, ...]:
    """The trail's ``{field: [old, new]}`` as people read it; proof is linked, not printed. Of what
    was just ``created`` there is no old value to tell, and no field that says nothing."""
    said = []
    for name, pair in changes.items():
        if name in ("evidence", "sha256") or not isinstance(pair, list) or len(pair) != 2:
            continue
        if created and pair[1] in ("", None, [], False, "False", "[]", "None"):
            continue
        old, new = (_value(subject, name, value) for value in pair)
        if old == new:
            continue
        said.append(Change(_label(subject, name), "" if created else old, new))
    return tuple(said)


def all_in_words(subject: Subject | None, changes: Mapping[str, Any]) -> tuple[Change, ...]:
    """Everything the line holds, hashes of proofs too; what is no pair of old and new is shown as
    the new."""
    said = []
    for name, pair in changes.items():
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        if subject is None:
            said.append(Change(_word(name), _plain_value(old), _plain_value(new)))
        else:
            old, new = (_value(subject, name, value) for value in (old, new))
            said.append(Change(_label(subject, name), old, new))
    return tuple(said)


class Proofs:
    """Kept files behind a set of events: by hash, or by the import a change came with."""

    def __init__(self, events: Iterable[AuditEvent]) -> None:
        events = list(events)
        hashes = {pair[1] for e in events if (pair := e.changes.get("evidence"))}
        self.files = {row.sha256: row for row in EvidenceFile.objects.filter(sha256__in=hashes)}
        numbers = {number for e in events if (number := _import_of(e.reason))}
        self.imports = ImportedFile.objects.in_bulk(numbers)

    def of(self, event: AuditEvent) -> tuple[tuple[str, str], ...]:
        links = []
        pair = event.changes.get("evidence")
        if pair and pair[1] in self.files:
            file = self.files[pair[1]]
            links.append((file.original_name, reverse("registry:evidence", args=[file.sha256])))
        row = self.imports.get(_import_of(event.reason))
        if row is not None:
            # The record of the import, which everybody who reads the registers may open.
            links.append(
                (row.filename, reverse("admin:registry_importedfile_change", args=[row.pk]))
            )
        return tuple(links)


def _import_of(reason: str) -> int:
    """「随名录导入：甲.xlsx（第17号）」 names the import a change came with; 0 for any other reason."""
    found = IMPORTED.search(reason)
    return int(found[1]) if found else 0


def _from_trail(
    model: type[models.Model], ids: Iterable[int], names: Mapping[int, str]
) -> list[Entry]:
    events = list(
        AuditEvent.objects.filter(
            object_type=model._meta.label_lower, object_id__in=[str(pk) for pk in ids]
        ).order_by("-pk")[:MOST]
    )
    proofs = Proofs(events)
    return [
        Entry(
            at=event.at,
            title=_title(event) + names.get(int(event.object_id), ""),
            who=event.actor_label,
            reason=event.reason,
            changes=in_words(
                Subject.of(model, event.action),
                event.changes,
                created=event.action.endswith(".created"),
            ),
            links=proofs.of(event),
        )
        for event in events
    ]


def _title(event: AuditEvent) -> str:
    if event.action == "source.changed" and any(name in event.changes for name in TYPE_FIELDS):
        return _("资料与类型变更")
    return ACTIONS.get(event.action, "变更")


def source_timeline(source: PollutionSource) -> list[Entry]:
    """Newest first: trail, flags, exemptions, conflicts, checks and verified clues; of
    the records that were merged into it as well."""
    absorbed = {row.pk: f"（{row.code}）" for row in source.absorbed.all()}
    ids = [source.pk, *absorbed]
    entries = _from_trail(PollutionSource, ids, absorbed)
    entries += _flags(ids)
    entries += [_exemption(row) for row in CapExemption.objects.filter(source__in=ids)]
    entries += _conflicts_of_source(ids)
    entries += [_check(row) for row in CheckLedgerEntry.objects.filter(source__in=ids)]
    entries += [_clue(row) for row in VerifiedClue.objects.filter(source__in=ids)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _flags(ids: Iterable[int]) -> list[Entry]:
    entries: list[Entry] = []
    rows = SpecialFlag.objects.filter(source__in=ids).select_related("proposed_by", "approved_by")
    for flag in rows.prefetch_related("endings__decided_by"):
        entries += _flag(flag)
    return entries


def person_name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user is not None else ""


def _flag(flag: SpecialFlag) -> Iterable[Entry]:
    reason = flag.get_reason_display()
    yield Entry(
        at=flag.created_at,
        title=_("提议特殊监管：%(reason)s") % {"reason": reason},
        who=person_name(flag.proposed_by) or _("系统"),
        facts=(flag.evidence,) if flag.evidence else (),
    )
    if flag.state == SpecialFlag.State.REJECTED and flag.decided_at:
        yield Entry(
            at=flag.decided_at,
            title=_("不批准特殊监管：%(reason)s") % {"reason": reason},
            who=person_name(flag.approved_by),
            reason=flag.decision_reason,
        )
    if flag.state == SpecialFlag.State.APPROVED:
        yield Entry(
            at=flag.decided_at or _moment(flag.starts_on),
            exact=flag.decided_at is not None,
            title=_("批准特殊监管：%(reason)s") % {"reason": reason},
            who=person_name(flag.approved_by),
            reason=flag.decision_reason,
            facts=(_("自 %(day)s 起") % {"day": flag.starts_on},),
            tone="warn",
        )
    if flag.ends_on:
        ending = next((row for row in flag.endings.all() if row.state == "approved"), None)
        yield Entry(
            at=ending.decided_at if ending and ending.decided_at else _moment(flag.ends_on),
            exact=ending is not None,
            title=_("终止特殊监管：%(reason)s") % {"reason": reason},
            who=person_name(ending.decided_by) if ending else "",
            reason=flag.end_reason,
            facts=(_("自 %(day)s 起不再适用") % {"day": flag.ends_on},),
        )


def _exemption(row: CapExemption) -> Entry:
    return Entry(
        at=_moment(row.starts_on),
        exact=False,
        title=_("频次豁免：%(kind)s") % {"kind": row.get_kind_display()},
        who=person_name(row.recorded_by),
        reason=row.reason,
        facts=(f"{row.starts_on} — {row.ends_on}",),
    )


def _conflicts_of_source(ids: Iterable[int]) -> list[Entry]:
    rows = ConflictOfInterest.objects.filter(source__in=ids).select_related("inspector")
    return [
        Entry(
            at=_moment(row.starts_on),
            exact=False,
            title=_("利害关系：%(name)s（%(kind)s），不参加本单位检查")
            % {"name": row.inspector.name, "kind": row.get_kind_display()},
            reason=row.detail,
            facts=((_("至 %(day)s") % {"day": row.ends_on},) if row.ends_on else ()),
        )
        for row in rows
    ]


OUTCOMES = {
    "1": "未发现问题",
    "2": "发现问题已责令改正",
    "3": "发现问题待后续处理",
    "4": "未发现开展本次抽查涉及的经营活动",
    "5": "通过登记的住所无法联系",
    "6": "不配合检查情节严重",
    "7": "已关闭停业或注销、迁出",
}


def _check(row: CheckLedgerEntry) -> Entry:
    plan = _("抽查计划 %(plan)s") % {"plan": row.plan_number} if row.plan_number else ""
    mark = row.get_disclosure_display() if row.disclosure else _("结果未公示")
    return Entry(
        at=_moment(row.checked_on),
        exact=False,
        title=_("检查：%(kind)s，%(outcome)s")
        % {
            "kind": row.get_check_source_display(),
            "outcome": OUTCOMES.get(row.outcome, _("结果未填")),
        },
        facts=tuple(
            text for text in (row.reference, plan, str(row.get_method_display()), str(mark)) if text
        ),
        tone="check",
    )


def _clue(row: VerifiedClue) -> Entry:
    return Entry(
        at=_moment(row.verified_on),
        exact=False,
        title=_("线索查实：%(kind)s") % {"kind": row.get_kind_display()},
        facts=(row.reference,),
        tone="warn",
    )


def inspector_timeline(person: Inspector) -> list[Entry]:
    """Newest first: everything the trail keeps under this person."""
    entries = _from_trail(Inspector, [person.pk], {})
    names = {
        str(row.pk): row.source.display_name for row in person.conflicts.select_related("source")
    }
    events = AuditEvent.objects.filter(
        object_type="registry.conflictofinterest", object_id__in=names
    )
    entries += [
        Entry(
            at=event.at,
            title=f"{_title(event)}：{names[event.object_id]}",
            who=event.actor_label,
            reason=event.reason,
            changes=in_words(
                Subject(ConflictOfInterest),
                event.changes,
                created=event.action != "conflict.ended",
            ),
        )
        for event in events
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)
