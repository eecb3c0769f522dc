"""线索导入: all rows or none; the same row twice is the same clue. The file itself is not kept: it
names people who report."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.models import Clue
from inspections.permissions import HANDLE_CLUES
from inspections.services.clues import CONTENT_LENGTH, REPORTER_LENGTH, record_clue_row
from registry.choices import ClueKind
from registry.clocks.rules.workdays import WorkCalendar
from registry.importing.rules.column_spec import Column
from registry.importing.services.spreadsheets import RowError, Sheet, SkippedLine, read_sheet
from registry.models import PollutionSource
from registry.permissions import require
from registry.rules.violations import RuleViolation

CLUE_COLUMNS = (
    Column("线索类型", "kind", "choice", required=True, options=ClueKind.choices),
    Column("接收日期", "received_on", "date", required=True, synonyms=("受理日期", "日期")),
    Column(
        "线索内容",
        "content",
        required=True,
        max_length=CONTENT_LENGTH,
        synonyms=("投诉内容", "举报内容", "反映问题", "内容"),
    ),
    Column("本局编号", "code", "code", max_length=20),
    Column("单位名称", "unit_text", max_length=200, synonyms=("企业名称", "被举报单位", "单位")),
    Column("统一社会信用代码", "uscc", "uscc", synonyms=("社会信用代码", "信用代码")),
    Column("来源", "origin", max_length=200, synonyms=("来源单位", "交办文号", "设备")),
    Column("紧急", "urgent", "bool", synonyms=("是否紧急",)),
    Column("举报人", "reporter", max_length=REPORTER_LENGTH, synonyms=("举报人信息", "投诉人")),
)
FIRST_DAY = date(2000, 1, 1)


class ClueImportRefused(RuleViolation):
    """Some rows are refused, so none was written; ``result.errors`` names each."""

    code = "clue_import_refused"

    def __init__(self, result: "ClueImport") -> None:
        super().__init__(
            _("有 %(count)d 处需要修改，未导入任何一行。") % {"count": len(result.errors)}
        )
        self.result = result


@dataclass
class ClueImport:
    """``unmatched`` counts new clues whose unit is not in the register, or not clearly."""

    new: int = 0
    same: int = 0
    unmatched: int = 0
    errors: list[RowError] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[SkippedLine] = field(default_factory=list)

    def summary(self) -> str:
        return _("新增 %(new)d（其中未对应到名录单位 %(unmatched)d）· 已有 %(same)d") % vars(self)


def fingerprint(values: dict[str, Any]) -> str:
    """What makes a row the same clue: kind, day, unit and content."""
    parts = (
        values["kind"],
        values["received_on"].isoformat(),
        values.get("code") or values.get("uscc") or values.get("unit_text", ""),
        values["content"],
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class _Units:
    """Units by code, by USCC and by name; a name or USCC of several units names none. A record that
    was merged away stands for the one it went into."""

    def __init__(self) -> None:
        self.by_code: dict[str, PollutionSource] = {}
        self.by_other: dict[str, list[PollutionSource]] = defaultdict(list)
        for row in PollutionSource.objects.select_related("merged_into"):
            unit = self.by_code[row.code] = row.standing
            for key in {row.uscc, row.name, row.display_name} - {""}:
                if unit not in self.by_other[key]:
                    self.by_other[key].append(unit)

    def find(self, values: dict[str, Any]) -> PollutionSource | None:
        if values.get("code"):
            return self.by_code.get(values["code"])
        for key in (values.get("uscc"), values.get("unit_text")):
            found = self.by_other.get(key or "", [])
            if len(found) == 1:
                return found[0]
        return None


def import_clues(
    *,
    path: Path,
    filename: str,
    actor: Any,
    now: datetime,
    calendar: WorkCalendar,
    dry_run: bool = False,
) -> ClueImport:
    """Read and write one file of clues; FileRefused or ClueImportRefused leave nothing behind."""
    require(actor, HANDLE_CLUES)
    sheet = read_sheet(path, CLUE_COLUMNS, filename=filename, strict=True)
    result = ClueImport(
        ignored_columns=sheet.ignored_columns, notes=sheet.notes, skipped=sheet.skipped
    )
    with transaction.atomic():
        wanted = _compare(sheet, result, now)
        if result.errors and not dry_run:
            raise ClueImportRefused(result)
        for values, source in () if dry_run else wanted:
            record_clue_row(
                kind=values["kind"],
                received_on=values["received_on"],
                content=values["content"],
                source=source,
                unit_text=_said(values),
                origin=values.get("origin", ""),
                reporter=values.get("reporter", ""),
                urgent=values.get("urgent", False),
                fingerprint=fingerprint(values),
                actor=actor,
                now=now,
                calendar=calendar,
            )
    return result


def _said(values: dict[str, Any]) -> str:
    return str(values.get("unit_text") or values.get("uscc") or values.get("code", ""))


def _compare(
    sheet: Sheet, result: ClueImport, now: datetime
) -> list[tuple[dict[str, Any], PollutionSource | None]]:
    units, today = _Units(), timezone.localdate(now)
    known = set(Clue.objects.exclude(fingerprint="").values_list("fingerprint", flat=True))
    wanted = []
    result.errors = list(sheet.errors)
    for number, values in sheet.rows:
        error = _row_problem(number, values, units, today)
        if error is not None:
            result.errors.append(error)
            continue
        key = fingerprint(values)
        if key in known:
            result.same += 1
            continue
        known.add(key)
        source = units.find(values)
        result.new += 1
        result.unmatched += source is None
        wanted.append((values, source))
    result.errors.sort(key=lambda error: error.row)
    return wanted


def _row_problem(
    number: int, values: dict[str, Any], units: _Units, today: date
) -> RowError | None:
    if not FIRST_DAY <= values["received_on"] <= today:
        return RowError(number, _("接收日期"), _("晚于今天或年份有误"), _("请填线索接收的日期"))
    if values.get("code") and values["code"] not in units.by_code:
        return RowError(
            number,
            _("本局编号"),
            _("名录中没有 %(code)s") % {"code": values["code"]},
            _("请核对编号，或留空并填写单位名称"),
        )
    if not _said(values):
        return RowError(number, _("单位名称"), _("没有写明单位"), _("请填单位名称或本局编号"))
    return None
