"""Pollution sources: file rows against the register, then written set-based."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from registry.choices import SourceKind, SourceStatus
from registry.exchange import SOURCE_COLUMNS
from registry.models import PollutionSource, SourceStatusChange, SpecialFlag
from registry.rules import cells
from registry.rules.source_rows import no_code
from registry.services.importing import ImportResult, RowChange, differences, duplicate_errors
from registry.services.spreadsheets import RowError, Sheet
from registry.services.trail import build_event, plain, record_events

TITLES = {column.field: column.title for column in SOURCE_COLUMNS}
FLAG_FIELDS = ("special", "special_reason")
MODEL_FIELDS = tuple(c.field for c in SOURCE_COLUMNS if c.field not in FLAG_FIELDS)
DEFAULTS = {"kind": SourceKind.DISCHARGER.value, "status": SourceStatus.NORMAL.value}


def compare(sheet: Sheet, *, today: date) -> ImportResult:
    """What the rows would change. Row-level rules are judged here, before anything is written."""
    result = ImportResult()
    register = _Register(today)
    seen: list[tuple[int, str]] = []
    identities: list[tuple[int, str]] = []
    for number, values in sheet.rows:
        _fill_defaults(values)
        values.pop("county", None)
        match = register.match(number, values)
        if match is None:
            match = _unfit_for_entry(number, values)
        if not isinstance(match, RowError):
            match = register.flag_problem(number, values, match) or match
        if isinstance(match, RowError):
            result.errors.append(match)
            continue
        if "special" not in values:
            values.pop("special_reason", None)  # blank; without its column it says nothing
        seen.append((number, _key(values, match)))
        if identity := _identity(values, match):
            identities.append((number, identity))
        _sort_row(result, number, values, match, register)
    twice = duplicate_errors(seen, TITLES["uscc"])
    named = {error.row for error in twice}
    same = duplicate_errors(identities, TITLES["uscc"])
    result.errors += [*twice, *(error for error in same if error.row not in named)]
    return result


def _identity(values: dict[str, Any], match: PollutionSource | None) -> str:
    """USCC and site of a row that stands in the register: no two active rows share them."""

    def of(name: str, otherwise: str) -> str:
        return str(values.get(name, getattr(match, name) if match else otherwise))

    uscc, site = of("uscc", ""), of("site", "")
    if not uscc or of("status", SourceStatus.NORMAL) != SourceStatus.NORMAL:
        return ""
    if match is not None and not site:
        site = match.site
    return f"{uscc} {site}".strip()


def _fill_defaults(values: dict[str, Any]) -> None:
    for name, default in DEFAULTS.items():
        if name in values and not values[name]:
            values[name] = default


def _key(values: dict[str, Any], match: PollutionSource | None) -> str:
    if match is not None:
        return match.code
    if values.get("code"):
        return str(values["code"])
    return _("%(uscc)s %(site)s") % {
        "uscc": values.get("uscc") or values["name"],
        "site": values.get("site", ""),
    }


def _unfit_for_entry(number: int, values: dict[str, Any]) -> RowError | None:
    """What a unit new to the register must say, though a known one need not."""
    if not values.get("regulatory_type"):
        mend = _("名录中没有该单位，新增须写明监管类型（重点或一般）")
        return RowError(number, TITLES["regulatory_type"], _("未填写"), mend)
    if not values.get("uscc") and not values.get("no_code_reason"):
        reason, mend = no_code(values.get("permit_number", ""))
        return RowError(number, TITLES["uscc"], reason, mend)
    return None


class _Register:
    """The register in memory, by code and by USCC, with the flags in force today."""

    def __init__(self, today: date) -> None:
        rows = list(PollutionSource.objects.all())
        self.by_code = {row.code: row for row in rows}
        self.by_uscc: dict[str, list[PollutionSource]] = defaultdict(list)
        self.nameless: dict[tuple[str, str], PollutionSource] = {}
        for row in rows:
            if row.uscc:
                self.by_uscc[row.uscc].append(row)
            else:
                self.nameless[row.name, row.site] = row
        self.flags: dict[int, SpecialFlag] = {}
        for flag in SpecialFlag.objects.in_force(today).order_by("-pk"):
            self.flags[flag.source_id] = flag
        # Another open row of the same reason: a proposal, or a flag that is yet to start.
        self.waiting = set(
            SpecialFlag.objects.filter(ends_on=None)
            .exclude(state="rejected")
            .exclude(pk__in=[flag.pk for flag in self.flags.values()])
            .values_list("source_id", "reason")
        )

    def flag_problem(
        self, number: int, values: dict[str, Any], row: PollutionSource | None
    ) -> RowError | None:
        """A proposal is decided by a person, not overtaken by a file."""
        if row is None or not values.get("special"):
            return None
        if (row.pk, values["special_reason"]) not in self.waiting:
            return None
        return RowError(
            number,
            TITLES["special_reason"],
            _("该单位已有同一原因的标记待批准"),
            _("请先在“特殊监管标记”中批准或驳回，再导入"),
        )

    def match(self, number: int, values: dict[str, Any]) -> PollutionSource | RowError | None:
        """The register's row, None for a new one, or why it cannot be told."""
        code = values.get("code")
        if code:
            if code in self.by_code:
                return self._code_agrees(number, values, self.by_code[code])
            if cells.OPAQUE.fullmatch(code):
                return RowError(
                    number, TITLES["code"], _("编号与涉密代号同形"), _("请换用其他编号")
                )
        found = self._by_identity(values)
        if len(found) > 1:
            names = "、".join(row.display_name for row in found)
            return RowError(
                number,
                TITLES["site"],
                _("该代码下有多个厂区/点位：%(names)s") % {"names": names},
                _("请补上厂区/点位或本局编号"),
            )
        if found and code:
            return RowError(
                number,
                TITLES["code"],
                _("同一代码和厂区在名录中的编号是 %(code)s") % {"code": found[0].code},
                _("请改用该编号，或填写不同的厂区/点位"),
            )
        return found[0] if found else None

    def _code_agrees(
        self, number: int, values: dict[str, Any], row: PollutionSource
    ) -> PollutionSource | RowError:
        uscc, site = values.get("uscc", row.uscc), values.get("site", row.site)
        clash = [
            other
            for other in self.by_uscc.get(uscc, ())
            if other.pk != row.pk and other.site == site and other.is_active
        ]
        if uscc and clash and values.get("status", row.status) == SourceStatus.NORMAL:
            return RowError(
                number,
                TITLES["uscc"],
                _("与在册单位 %(other)s 的代码和厂区相同") % {"other": clash[0].code},
                _("请核对代码，或填写不同的厂区/点位"),
            )
        return row

    def _by_identity(self, values: dict[str, Any]) -> list[PollutionSource]:
        uscc, site = values.get("uscc", ""), values.get("site", "")
        if not uscc:
            row = self.nameless.get((values["name"], site))
            return [row] if row is not None else []
        rows = self.by_uscc.get(uscc, [])
        standing = [row for row in rows if row.is_active] or rows
        exact = [row for row in standing if row.site == site][:1]
        return exact if exact or site else standing

    def current(self, row: PollutionSource) -> dict[str, Any]:
        values = {name: _one_way(getattr(row, name)) for name in MODEL_FIELDS}
        flag = self.flags.get(row.pk)
        values["special"] = flag is not None
        values["special_reason"] = flag.reason if flag else ""
        return values


def _one_way(value: Any) -> Any:
    """Text as a file would give it back: line ends as LF."""
    return cells.as_text(value) if isinstance(value, str) and "\r" in value else value


def _sort_row(
    result: ImportResult,
    number: int,
    values: dict[str, Any],
    match: PollutionSource | None,
    register: _Register,
) -> None:
    if match is None:
        result.new.append(RowChange(number, values["name"], values))
        return
    wanted = {name: value for name, value in values.items() if name != "code" or value}
    if not wanted.get("site") and match.site:
        wanted.pop("site", None)  # matched by USCC alone: a blank does not rename the site
    changes = differences(register.current(match), wanted)
    if changes:
        result.changed.append(RowChange(number, str(match), values, match, changes))
    else:
        result.same += 1


def next_codes(count: int) -> list[str]:
    """The next free 本局编号; codes are never used again because no row is ever deleted."""
    codes = PollutionSource.objects.filter(code__startswith="PS").values_list("code", flat=True)
    numbers = [int(code[2:]) for code in codes if re.fullmatch(r"PS[0-9]+", code)]
    start = max(numbers, default=0) + 1
    return [f"PS{number:05d}" for number in range(start, start + count)]


def _model_values(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in MODEL_FIELDS}


def write(result: ImportResult, *, today: date, actor: Any, filename: str) -> None:
    """Write the compared rows; the caller holds the transaction."""
    evidence = _("随名录导入：%(file)s") % {"file": filename}
    events = _write_new(result.new, today=today, actor=actor, evidence=evidence)
    events += _write_changed(result.changed, today=today, actor=actor, evidence=evidence)
    record_events(events)


def _write_new(rows: Sequence[RowChange], *, today: date, actor: Any, evidence: str) -> list[Any]:
    taken = {row.values["code"] for row in rows if row.values.get("code")}
    blank = [row for row in rows if not row.values.get("code")]
    free = iter(code for code in next_codes(len(blank) + len(taken)) if code not in taken)
    for row in blank:
        row.values["code"] = next(free)
    sources = []
    for row in rows:
        source = PollutionSource(**_model_values(row.values))
        if not source.is_active:
            source.status_reason = evidence
        sources.append(source)
    PollutionSource.objects.bulk_create(sources, batch_size=500)
    _start_flags(
        [
            (source, row.values["special_reason"])
            for source, row in zip(sources, rows, strict=True)
            if row.values.get("special")
        ],
        today=today,
        actor=actor,
        evidence=evidence,
    )
    return [
        build_event(
            action="source.created",
            actor=actor,
            obj=source,
            changes={k: [None, plain(v)] for k, v in row.values.items() if v not in ("", None, [])},
            reason=evidence,
        )
        for source, row in zip(sources, rows, strict=True)
    ]


def _write_changed(
    rows: Sequence[RowChange], *, today: date, actor: Any, evidence: str
) -> list[Any]:
    touched: set[str] = {"updated_at"}
    moves = []
    for row in rows:
        source: Any = row.instance
        for name, (_old, new) in row.changes.items():
            if name in MODEL_FIELDS:
                setattr(source, name, new)
                touched.add(name)
        if "status" in row.changes:
            source.status_reason = "" if source.is_active else evidence
            touched.add("status_reason")
            old, new = row.changes["status"]
            moves.append(
                SourceStatusChange(
                    source=source,
                    old_status=old,
                    new_status=new,
                    on=source.status_date or today,
                    reason=evidence,
                    actor=actor,
                )
            )
    sources: list[Any] = [row.instance for row in rows]
    PollutionSource.objects.bulk_update(sources, sorted(touched), batch_size=200)
    SourceStatusChange.objects.bulk_create(moves)
    _change_flags(rows, today=today, actor=actor, evidence=evidence)
    return [
        build_event(
            action="source.changed",
            actor=actor,
            obj=row.instance,  # type: ignore[arg-type]
            changes={k: [plain(old), plain(new)] for k, (old, new) in row.changes.items()},
            reason=evidence,
        )
        for row in rows
    ]


def _change_flags(rows: Sequence[RowChange], *, today: date, actor: Any, evidence: str) -> None:
    flagged = [row for row in rows if {"special", "special_reason"} & row.changes.keys()]
    ids = [row.instance.pk for row in flagged if row.instance is not None]
    SpecialFlag.objects.in_force(today).filter(source_id__in=ids).update(
        ends_on=today, end_reason=evidence
    )
    starting = [
        (row.instance, row.values["special_reason"]) for row in flagged if row.values.get("special")
    ]
    _start_flags(starting, today=today, actor=actor, evidence=evidence)


def _start_flags(
    pairs: Sequence[tuple[Any, str]], *, today: date, actor: Any, evidence: str
) -> None:
    SpecialFlag.objects.bulk_create(
        [
            SpecialFlag(
                source=source,
                reason=reason,
                evidence=evidence,
                state="approved",
                starts_on=today,
                approved_by=actor,
            )
            for source, reason in pairs
        ]
    )
