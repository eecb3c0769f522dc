"""What the pages of an import show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from registry.choices import KeyClass
from registry.importing.columns import INSPECTOR_COLUMNS, SOURCE_COLUMNS, import_columns_of
from registry.importing.rules.cell_batches import canonical, typed
from registry.importing.rules.column_spec import Column, squeeze, titles_of
from registry.importing.rules.column_titles import IGNORED, match_titles, said_as, signature
from registry.models import (
    AuditEvent,
    ColumnMapping,
    ImportedFile,
    ImportRow,
    Inspector,
    PollutionSource,
    SpecialFlag,
)
from registry.rules.import_state import RUNNING, ImportState
from registry.trail.selectors import Change, Subject, in_words

PAGE = 50
Outcome = ImportRow.Outcome
State = ImportedFile.State
WRITTEN = (State.APPLIED, State.UNDONE)
# A blank of these says nothing (services.import_sql).
SILENT = frozenset({"uscc", "site", "regulatory_type", "no_code_reason"})


@dataclass(frozen=True)
class Tab:
    outcome: str
    label: str
    count: int
    note: str


@dataclass(frozen=True)
class Line:
    """One row of a tab."""

    place: str
    name: str
    code: str
    changes: tuple[Change, ...] = ()
    reason: str = ""
    mend: str = ""
    column: str = ""
    url_code: str = ""


def tabs_of(job: ImportedFile) -> list[Tab]:
    key_list = job.register == ImportedFile.Register.KEY_LIST
    missing = _("不再列入") if key_list else _("名录有而文件没有")
    return [
        Tab(
            "new",
            _("新增"),
            job.rows_new,
            _("名录里还没有的单位") if job.register != "inspectors" else "",
        ),
        Tab("changed", _("变更"), job.rows_changed, _("逐项列出：原值 → 新值")),
        Tab("same", _("未变"), job.rows_same, ""),
        Tab("missing", missing, job.rows_missing, ""),
        Tab("refused", _("拒绝"), job.rows_refused, _("不会写入")),
        Tab("skipped", _("跳过"), job.rows_skipped, _("标题、合计、说明和重复行")),
    ]


def first_tab(job: ImportedFile) -> str:
    order = ("refused", "changed", "new", "missing", "same", "skipped")
    counts = {tab.outcome: tab.count for tab in tabs_of(job)}
    return next((name for name in order if counts[name]), "new")


def page_of(
    job: ImportedFile, outcome: str, number: Any, today: date
) -> tuple[Page[Any], list[Line]]:
    """One page of a tab. Of a written import the trail says what was new and what changed."""
    if job.state in WRITTEN and outcome in ("new", "changed") and job.first_event:
        events = Paginator(_events(job, outcome), PAGE).get_page(number)
        return events, [_from_event(job, event) for event in events]
    rows = ImportRow.objects.filter(job=job, outcome=outcome).order_by("number", "pk")
    page = Paginator(rows, PAGE).get_page(number)
    found = list(page)
    units = _subject(job).model._default_manager.in_bulk(
        [row.match_id for row in found if row.match_id]
    )
    flags = _flags([pk for pk in units], today) if job.register != "inspectors" else {}
    return page, [_line(job, row, units.get(row.match_id), flags) for row in found]


def _subject(job: ImportedFile) -> Subject:
    people = job.register == ImportedFile.Register.INSPECTORS
    return Subject(Inspector if people else PollutionSource)


def _events(job: ImportedFile, outcome: str) -> QuerySet[AuditEvent]:
    action = "created" if outcome == "new" else "changed"
    return AuditEvent.objects.filter(
        pk__gte=job.first_event,
        pk__lte=job.last_event,
        reason=job.evidence[:500],
        action__endswith=f".{action}",
    ).order_by("pk")


def _from_event(job: ImportedFile, event: AuditEvent) -> Line:
    code, _space, name = event.object_label.partition(" ")
    created = event.action.endswith(".created")
    said = event.changes
    if created:  # both stand above the changes already
        said = {field: pair for field, pair in said.items() if field not in ("code", "name")}
    gone = created and job.state == State.UNDONE
    linked = "" if gone or job.register == ImportedFile.Register.INSPECTORS else code
    changes = in_words(_subject(job), said, created=created)
    return Line("", name, code, changes, url_code=linked)


def _flags(ids: Sequence[int], today: date) -> dict[int, SpecialFlag]:
    flags = SpecialFlag.objects.in_force(today).filter(source_id__in=ids).order_by("pk")
    return {flag.source_id: flag for flag in flags}


def _place(row: ImportRow) -> str:
    if not row.line:
        return ""
    where = _("第%(line)s行") % {"line": row.line}
    return f"{row.sheet} {where}" if row.sheet else where


def _line(
    job: ImportedFile, row: ImportRow, unit: Model | None, flags: Mapping[int, SpecialFlag]
) -> Line:
    known: Any = unit
    code = getattr(known, "code", "") or row.code or ""
    name = row.name or getattr(known, "name", "")
    changes: tuple[Change, ...] = ()
    if row.outcome == Outcome.CHANGED and unit is not None:
        changes = in_words(_subject(job), differences(job, row, unit, flags))
    elif row.outcome == Outcome.NEW:
        changes = in_words(_subject(job), _said(job, row), created=True)
    return Line(
        _place(row), name, code, changes, row.reason, row.mend, row.column,
        url_code=getattr(known, "code", "") if job.register != "inspectors" else "",
    )  # fmt: skip


def _kinds(job: ImportedFile) -> dict[str, str]:
    columns: Sequence[Column] = (
        INSPECTOR_COLUMNS if job.register == ImportedFile.Register.INSPECTORS else SOURCE_COLUMNS
    )
    return {column.field: column.kind for column in columns}


def _said(job: ImportedFile, row: ImportRow) -> dict[str, list[Any]]:
    said = {
        name: [None, typed(getattr(row, name), kind)]
        for name, kind in _kinds(job).items()
        if name != "name" and getattr(row, name)
    }
    if row.county and not row.address:
        said["address"] = [None, row.county]
    if job.options.get("no_code") and not row.uscc and not row.no_code_reason:
        said["no_code_reason"] = [None, "not_stated"]
    if job.options.get("type") and not row.regulatory_type:
        said["regulatory_type"] = [None, job.options["type"]]
    return said


def differences(
    job: ImportedFile, row: ImportRow, unit: Any, flags: Mapping[int, SpecialFlag]
) -> dict[str, list[Any]]:
    """Field → [old, new] of one changed row, by the rules the database judged it with."""
    found: dict[str, list[Any]] = {}
    for name, kind in _kinds(job).items():
        text = getattr(row, name)
        if text is None or (name in SILENT and not text) or name == "code":
            continue
        if name in ("special", "special_reason"):
            flag = flags.get(unit.pk)
            old: Any = (flag is not None) if name == "special" else (flag.reason if flag else "")
        elif not hasattr(unit, name):
            continue
        else:
            old = getattr(unit, name)
        if canonical(old) != (
            text if kind not in ("list", "choices") else canonical(typed(text, kind))
        ):
            found[name] = [old, typed(text, kind)]
    if row.uscc and getattr(unit, "no_code_reason", ""):
        found["no_code_reason"] = [unit.no_code_reason, ""]
    return found


@dataclass(frozen=True)
class Hint:
    """Something the preview noticed; each answer is (value, button): what one press would choose
    for ``option``."""

    text: str
    option: str = ""
    answers: tuple[tuple[str, str], ...] = ()


def hints_of(job: ImportedFile) -> list[Hint]:
    """What a person can do about refused rows without touching the file."""
    refused = ImportRow.objects.filter(job=job, outcome="refused", raw__isnull=True)
    hints = []
    no_code = refused.filter(column="统一社会信用代码", reason__startswith="没有代码也没有").count()
    if no_code:
        hints.append(
            Hint(
                _("有 %(n)d 家新单位没有统一社会信用代码。可以先以名称入册，以后逐家补代码。") % {"n": no_code},
                "no_code", (("1", _("先以名称入册（代码待补）")),),
            )
        )  # fmt: skip
    no_type = refused.filter(column="监管类型", reason="未填写").count()
    if no_type:
        text = _("有 %(n)d 家新单位没有写监管类型。") % {"n": no_type}
        answers = (("general", _("都按一般")), ("key", _("都按重点")))
        hints.append(Hint(text, "type", answers))
    if job.options.get("no_code"):
        text = _("没有代码的新单位将以名称入册，无代码原因记为“名录未载，待补”。")
        hints.append(Hint(text, "no_code", (("", _("改回：没有代码的拒绝")),)))
    if job.options.get("type"):
        label = _("重点") if job.options["type"] == "key" else _("一般")
        text = _("没有写监管类型的新单位都按“%(label)s”入册。") % {"label": label}
        hints.append(Hint(text, "type", (("", _("改回：没有写的拒绝")),)))
    if job.register == ImportedFile.Register.KEY_LIST:
        hints += _hints_of_a_key_list(job)
    if ImportRow.objects.filter(job=job).filter(~Q(county=None), ~Q(county=""))[:1]:
        hints.append(
            Hint(_("文件写了所在县市：新单位没有地址的，以县市作地址；已有单位的地址不变。"))
        )
    return hints


def _hints_of_a_key_list(job: ImportedFile) -> list[Hint]:
    """What the list does not say, or was not understood to say: class and year."""
    listed = ImportRow.objects.filter(job=job, outcome__in=("new", "changed", "same"))
    hints = []
    bare = listed.filter(Q(key_classes=None) | Q(key_classes__in=("", "[]"))).order_by("number")
    first = bare.first()
    if first is not None:
        text = _(
            "有 %(n)d 家没有读到重点类别（如%(place)s“%(name)s”）。文件里另有写类别的列，请用“指定列”；确实没写的，入册后在单位页补。"
        )
        values = {"n": bare.count(), "place": _place(first), "name": first.name}
        hints.append(Hint(text % values))
    if listed.filter(Q(key_list_year=None) | Q(key_list_year=""))[:1]:
        hints.append(
            Hint(_("没有读到名录年度：请在文件名、标题或“名录年度”列写明年份，如“2026年”。"))
        )
    return hints


def tables_read(job: ImportedFile) -> list[str]:
    """One sentence a table: where it stands, what its titles are taken to say of its rows."""
    labels = dict(KeyClass.choices)
    found = []
    for table in job.report.get("tables", ()):
        said = [str(labels[value]) for value in table.get("classes", ())]
        parts = [
            table["title"][:60],
            _("类别 %(classes)s") % {"classes": "、".join(said)} if said else "",
            _("%(year)s 年度") % {"year": table["year"]} if table.get("year") else "",
        ]
        where = _("第%(line)s行起的表") % {"line": table["line"]}
        place = f"“{table['sheet']}”{where}" if table["sheet"] else where
        found.append("；".join(filter(None, (place, *parts))))
    return found


def mapping_choices(register: str) -> list[tuple[str, str]]:
    """(value, label): what a column of a file can be read as."""
    found = [(IGNORED, _("不读取"))]
    for column in import_columns_of(register):
        if column.kind == "mark":
            found.append((said_as(column), _("%(title)s（√）") % {"title": column.title}))
        elif column.kind != "serial":
            found.append((said_as(column), column.title + ("*" if column.required else "")))
    return found


@dataclass(frozen=True)
class FileColumn:
    """One column of the file with what stands in it: ``known`` is what its title alone makes of it,
    ``field`` what it is read as."""

    position: str
    title: str
    samples: Sequence[str]
    field: str = ""
    known: Column | None = None


def header_candidates(job: ImportedFile) -> list[dict[str, Any]]:
    """Headers a person can name columns of: those found, or each of the first lines of an unread file.
    One that stands on several sheets is named once: what is said of it holds for all of them."""
    found = []
    known_columns = import_columns_of(job.register)
    fields = {column.title: said_as(column) for column in known_columns}
    titles = titles_of(known_columns)
    headers = [table["signature"] for table in job.report.get("tables", ())]
    mapped = ColumnMapping.objects.filter(register=job.register, signature__in=headers)
    said = dict(mapped.values_list("signature", "fields"))
    parts = (*job.report.get("tables", ()), *job.report.get("samples", ()))
    sheets = {part["sheet"]: f"{part['sheet']} " for part in parts}
    if len(sheets) == 1:
        sheets = dict.fromkeys(sheets, "")
    for table in job.report.get("tables", ()):
        known = {title: fields.get(column, "") for title, column in table["columns"]}
        ignored = {t for t, name in said.get(table["signature"], {}).items() if name == IGNORED}
        alone = match_titles(list(table["titles"].values()), titles, {})
        columns = [
            FileColumn(
                position,
                title,
                table.get("samples", {}).get(position, ()),
                IGNORED if squeeze(title) in ignored else known.get(title, ""),
                alone.get(index),
            )
            for index, (position, title) in enumerate(table["titles"].items())
        ]
        where = sheets[table["sheet"]] + _("第%(line)s行的表头") % {"line": table["line"]}
        found.append({"signature": table["signature"], "where": where, "columns": columns})
    for sample in job.report.get("samples", ()):
        lines = sample["lines"]
        for index, (number, texts) in enumerate(lines):
            if sum(1 for text in texts if text) < 2:
                continue
            below = [row for _number, row in lines[index + 1 : index + 4]]
            alone = match_titles(texts, titles, {})
            columns = [
                FileColumn(
                    str(i),
                    text,
                    [row[i] for row in below if i < len(row) and row[i]][:3],
                    known=alone.get(i),
                )
                for i, text in enumerate(texts)
                if text
            ]
            where = sheets[sample["sheet"]] + _("第%(line)s行作表头") % {"line": number}
            found.append({"signature": signature(texts), "where": where, "columns": columns})
    merged: dict[str, dict[str, Any]] = {}
    for candidate in found:
        first = merged.setdefault(candidate["signature"], candidate)
        if first is not candidate:
            first["where"] = f"{first['where']}、{candidate['where']}"
    return list(merged.values())[:12]


def unnamed_columns(register: str, columns: Sequence[FileColumn]) -> list[str]:
    """Titles of what every row must have and no column of the file is said or known to be."""
    people = register == ImportedFile.Register.INSPECTORS
    needed = [
        c for c in import_columns_of(register) if c.required and (people or c.field == "name")
    ]
    there = {c.field or (said_as(c.known) if c.known else "") for c in columns}
    return [column.title for column in needed if column.field not in there]


@dataclass(frozen=True)
class Progress:
    """Where an import stands that a worker has; without ``running`` there is something to look at."""

    title: str
    text: str = ""
    running: bool = True
    read: int = 0
    total: int = 0


def progress_of(job: ImportedFile, *, now: datetime) -> Progress:
    stopped = job.state in RUNNING and job.lease_until is not None and job.lease_until <= now
    if job.state == ImportState.RECEIVED:
        text = _("文件已收好，由后台读取。可以关闭页面，稍后从“最近导入”回来。")
        return Progress(_("排队等待读取"), text)
    if job.state == ImportState.READING:
        title = _("读取中断，等待重新开始") if stopped else _("正在读取和核对")
        text = _("名录没有任何变动。关闭页面不影响处理；进程中断会自动从头再读。")
        return Progress(title, text, read=job.rows_read, total=job.rows_total)
    if job.state == ImportState.CONFIRMED:
        return Progress(_("已确认，排队等待写入"), _("还没有写入任何一行。"))
    if job.state == ImportState.APPLYING and stopped:
        text = _("处理进程被中止，数据库已退回原样。系统会自动重新写入。")
        return Progress(_("写入中断：没有写入任何一行"), text)
    if job.state == ImportState.APPLYING:
        text = _("全部行在同一个事务里写入：完成之前名录里一行也没有变，中断时一行也不会留下。")
        return Progress(_("正在写入"), text)
    return Progress(job.get_state_display(), running=False)


def recent_imports(register: str) -> QuerySet[ImportedFile]:
    return (
        ImportedFile.objects.filter(register=register).select_related("actor").order_by("-pk")[:12]
    )
