"""Pollution sources: the staged rows against the register, judged and written set-based.

Matching follows domain rules §1: the bureau's code where the file has it, else USCC and site, else
the name; where several sites fit, the row is refused with their names.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from registry.exchange import SOURCE_COLUMNS
from registry.models import AuditEvent, ImportedFile, ImportRow, PollutionSource, SpecialFlag
from registry.rules import cells
from registry.rules.source_rows import no_code
from registry.services import import_sql as sql
from registry.services.trail import actor_label

TITLES = {column.field: column.title for column in SOURCE_COLUMNS}
ROWS = ImportRow._meta.db_table
UNITS = PollutionSource._meta.db_table
FLAGS = SpecialFlag._meta.db_table
EVENTS = AuditEvent._meta.db_table
MISSING_LISTED = 2000
MANY = 2000
IN_FORCE = (
    f"(SELECT source_id, MAX(id) AS id FROM {FLAGS} WHERE state = 'approved' AND starts_on <= %s"  # noqa: S608
    " AND (ends_on IS NULL OR ends_on > %s) GROUP BY source_id)"
)


def _run(statement: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _rows(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def said_fields(job: ImportedFile) -> list[str]:
    """The fields some table of the file speaks of, besides the flag."""
    present = set(job.report.get("present", ()))
    fields = [name for name in sql.COMPARED if name in present]
    if "uscc" in present and "no_code_reason" not in fields:
        fields.append("no_code_reason")  # a code that is added takes the reason for none away
    return fields


# -- judging ---------------------------------------------------------------------------------


def judge(job: ImportedFile, *, today: date) -> int:
    """What each row would do; returns how many rows are judged otherwise than before."""
    _plan_for(job)
    _match(job)
    _match_names(job)
    _find_faults(job, today)
    changed = _settle(job, today)
    _explain(job)
    _list_missing(job)
    return changed


def _plan_for(job: ImportedFile) -> None:
    """PostgreSQL knows nothing yet of rows that just came in, and would join them one by one."""
    if sql.is_postgresql() and ImportRow.objects.filter(job=job)[:MANY].count() == MANY:
        _run(f"ANALYZE {ROWS} (job_id, outcome, number, code, uscc, site, name)")
        _run("SET LOCAL enable_nestloop = off")


def _match(job: ImportedFile) -> None:
    """By the bureau's code, else by USCC and site among those not ended (or, all ended, any)."""
    _run("DROP TABLE IF EXISTS judged")
    mine = f"SELECT uscc FROM {ROWS} WHERE job_id = %s AND uscc <> ''"  # noqa: S608
    _run(
        f"""
        CREATE TEMPORARY TABLE judged AS
        WITH found AS (
            SELECT id, uscc, site, status = 'normal' AS active FROM {UNITS}
            WHERE uscc <> '' AND merged_into_id IS NULL AND uscc IN ({mine})
        ), alive AS (SELECT DISTINCT uscc FROM found WHERE active
        ), standing AS (
            SELECT found.* FROM found LEFT JOIN alive ON alive.uscc = found.uscc
            WHERE found.active OR alive.uscc IS NULL
        ), exact AS (SELECT uscc, site, MIN(id) AS id FROM standing GROUP BY uscc, site
        ), alone AS (SELECT uscc, MIN(id) AS id, COUNT(*) AS n FROM standing GROUP BY uscc)
        SELECT s.id AS row_id, s.number AS number, c.id AS by_code,
            COALESCE(e.id, CASE WHEN COALESCE(s.site, '') = '' AND a.n = 1 THEN a.id END) AS by_uscc,
            COALESCE(c.id, e.id,
                CASE WHEN COALESCE(s.site, '') = '' AND a.n = 1 THEN a.id END) AS unit,
            CAST(CASE
                WHEN c.id IS NULL AND e.id IS NULL AND COALESCE(s.site, '') = '' AND a.n > 1
                    THEN 'many_sites'
                WHEN c.id IS NOT NULL AND e.id <> c.id AND COALESCE(s.status, 'normal') = 'normal'
                    AND EXISTS (SELECT 1 FROM found o WHERE o.id = e.id AND o.active) THEN 'clash'
                WHEN c.id IS NULL AND s.code <> '' AND COALESCE(e.id, a.id) IS NOT NULL
                    AND (e.id IS NOT NULL OR COALESCE(s.site, '') = '') THEN 'code_taken'
                ELSE '' END AS VARCHAR(20)) AS fault
        FROM {ROWS} s
        LEFT JOIN {UNITS} c ON s.code <> '' AND c.code = s.code
        LEFT JOIN exact e ON e.uscc = s.uscc AND e.site = COALESCE(s.site, '')
        LEFT JOIN alone a ON a.uscc = s.uscc
        WHERE s.job_id = %s AND s.raw IS NULL AND s.outcome NOT IN ('skipped', 'missing')
        """,  # noqa: S608
        job.pk,
        job.pk,
    )
    if sql.is_postgresql():
        _run("ANALYZE judged")


def _match_names(job: ImportedFile) -> None:
    """A row without a code, or whose code no unit has yet, may name a unit the register knows."""
    _run("DROP TABLE IF EXISTS named")
    site = "COALESCE(s.site, '')"
    _run(
        f"""
        CREATE TEMPORARY TABLE named AS
        SELECT j.row_id,
            COALESCE(
                MIN(CASE WHEN p.status = 'normal' AND p.site = {site} THEN p.id END),
                MAX(CASE WHEN p.uscc = '' AND p.site = {site} THEN p.id END)) AS exact,
            MIN(CASE WHEN p.status = 'normal' THEN p.id END) AS one,
            SUM(CASE WHEN p.status = 'normal' THEN 1 ELSE 0 END) AS n,
            MAX({site}) AS site
        FROM judged j JOIN {ROWS} s ON s.id = j.row_id JOIN {UNITS} p ON p.name = s.name
        WHERE j.unit IS NULL AND j.fault = '' AND COALESCE(s.no_code_reason, '') IN ('', p.no_code_reason)
            AND p.merged_into_id IS NULL
            AND (p.status = 'normal' OR p.uscc = '') AND (COALESCE(s.uscc, '') = '' OR p.uscc = '')
        GROUP BY j.row_id
        """  # noqa: S608
    )
    _run(
        "UPDATE judged SET unit = COALESCE(n.exact, CASE WHEN n.n = 1 AND n.site = '' THEN n.one END),"
        " fault = CASE WHEN n.exact IS NULL AND n.n > 1 AND n.site = '' THEN 'many_sites' ELSE '' END"
        " FROM named n WHERE n.row_id = judged.row_id"
    )
    _run(
        f"UPDATE judged SET fault = 'code_taken' FROM {ROWS} s WHERE s.id = judged.row_id"  # noqa: S608
        " AND judged.fault = '' AND judged.by_code IS NULL AND judged.unit IS NOT NULL AND s.code <> ''"
    )


def _find_faults(job: ImportedFile, today: date) -> None:
    options = job.options
    if not options.get("type"):
        _fault("no_type", "judged.unit IS NULL AND COALESCE(s.regulatory_type, '') = ''")
    if not options.get("no_code"):
        _fault(
            "no_code",
            "judged.unit IS NULL AND COALESCE(s.uscc, '') = '' AND COALESCE(s.no_code_reason, '') = ''",
        )
    alike = "~" if sql.is_postgresql() else "REGEXP"
    _fault("opaque", f"judged.unit IS NULL AND s.code {alike} '^{cells.OPAQUE.pattern}$'")
    _run(
        "UPDATE judged SET fault = 'twice' FROM (SELECT unit, MIN(number) AS first FROM judged"
        " WHERE unit IS NOT NULL AND fault = '' GROUP BY unit HAVING COUNT(*) > 1) d"
        " WHERE d.unit = judged.unit AND judged.fault = '' AND judged.number > d.first"
    )
    # A proposal is decided by a person, not overtaken by a file.
    _fault(
        "waiting",
        f"s.special = 'true' AND EXISTS (SELECT 1 FROM {FLAGS} w WHERE w.source_id = judged.unit"  # noqa: S608
        " AND w.reason = s.special_reason AND w.ends_on IS NULL AND w.state <> 'rejected'"
        " AND NOT (w.state = 'approved' AND w.starts_on <= %s))",
        today,
    )


def _fault(name: str, condition: str, *parameters: Any) -> None:
    _run(
        f"UPDATE judged SET fault = '{name}' FROM {ROWS} s"  # noqa: S608
        f" WHERE s.id = judged.row_id AND judged.fault = '' AND {condition}",
        *parameters,
    )


def _settle(job: ImportedFile, today: date) -> int:
    """Outcome and unit into the rows, only where they are not what they were."""
    fields = said_fields(job)
    conditions = [sql.differs(name) for name in fields]
    flagged = "special" in job.report.get("present", ())
    join, parameters = "", []
    if flagged:
        join = f"LEFT JOIN {IN_FORCE} m ON m.source_id = p.id LEFT JOIN {FLAGS} f ON f.id = m.id"
        parameters = [today, today]
        conditions.append(sql.flag_differs())
    changed = " OR ".join(conditions) or "FALSE"
    _run("DROP TABLE IF EXISTS verdict")
    _run(
        f"""
        CREATE TEMPORARY TABLE verdict AS
        SELECT row_id, unit, outcome,
            CASE WHEN outcome = 'refused' AND fault = '' THEN 'merged' ELSE fault END AS fault FROM (
            SELECT j.row_id, j.unit, j.fault, s.outcome AS before, s.match_id AS unit_before,
                CASE WHEN j.fault <> '' THEN 'refused' WHEN j.unit IS NULL THEN 'new'
                    WHEN NOT COALESCE(({changed}), FALSE) THEN 'same'
                    WHEN p.merged_into_id IS NOT NULL THEN 'refused' ELSE 'changed' END AS outcome
            FROM judged j JOIN {ROWS} s ON s.id = j.row_id
            LEFT JOIN {UNITS} p ON p.id = j.unit {join}) all_rows
        WHERE outcome <> before OR outcome = 'refused'
            OR (outcome = 'changed' AND unit_before IS DISTINCT FROM unit)
        """,  # noqa: S608
        *parameters,
    )
    return _run(
        f"UPDATE {ROWS} AS s SET outcome = v.outcome, match_id = v.unit, reason = '', mend = '',"  # noqa: S608
        " \"column\" = '' FROM verdict v WHERE v.row_id = s.id AND (s.outcome <> v.outcome"
        " OR s.match_id IS DISTINCT FROM v.unit)"
    )


def _list_missing(job: ImportedFile) -> None:
    """Active units the file does not name; of a key list, key units. Counted whole, listed in part."""
    ImportRow.objects.filter(job=job, outcome="missing").delete()
    key_list = job.register == ImportedFile.Register.KEY_LIST
    which = "p.status = 'normal'" + (" AND p.regulatory_type = 'key'" if key_list else "")
    absent = (
        f"FROM {UNITS} p LEFT JOIN judged j ON j.unit = p.id WHERE j.row_id IS NULL AND {which}"
    )
    job.rows_missing = _rows(f"SELECT COUNT(*) {absent}")[0][0]
    limit = "" if key_list else f"LIMIT {MISSING_LISTED}"
    _run(
        f'INSERT INTO {ROWS} (job_id, number, sheet, line, outcome, match_id, "column", reason, mend,'
        " name, code, uscc, site)"
        f" SELECT %s, 0, '', 0, 'missing', p.id, '', '', '', p.name, p.code, p.uscc, p.site {absent}"
        f" ORDER BY p.code {limit}",
        job.pk,
    )


# -- saying why ------------------------------------------------------------------------------


def _explain(job: ImportedFile) -> None:
    faults = _rows("SELECT row_id, unit, fault FROM verdict WHERE fault <> ''")
    for start in range(0, len(faults), 500):
        part = faults[start : start + 500]
        rows = ImportRow.objects.in_bulk([row_id for row_id, _unit, _fault in part])
        units = PollutionSource.objects.in_bulk({unit for _row, unit, _fault in part if unit})
        for row_id, unit, fault in part:
            row = rows[row_id]
            name, row.reason, row.mend = _words(fault, row, units.get(unit), job)
            row.column = TITLES[name]
        ImportRow.objects.bulk_update(rows.values(), ["column", "reason", "mend"], batch_size=500)


def _words(
    fault: str, row: ImportRow, unit: PollutionSource | None, job: ImportedFile
) -> tuple[str, str, str]:
    """Field, reason and mend of one refusal."""
    if fault == "no_type":
        mend = _("名录中没有该单位，新增须写明监管类型（重点或一般）")
        return "regulatory_type", _("未填写"), mend
    if fault == "no_code":
        return ("uscc", *no_code(row.permit_number or ""))
    if fault == "opaque":
        return "code", _("编号与涉密代号同形"), _("请换用其他编号")
    if fault == "twice":
        first = ImportRow.objects.filter(job=job, number__lt=row.number).filter(
            pk__in=[
                r for (r,) in _rows("SELECT row_id FROM judged WHERE unit = %s", unit and unit.pk)
            ]
        )
        line = first.order_by("number").values_list("line", flat=True).first()
        reason = _("与第%(row)s行重复（同为 %(unit)s）") % {"row": line, "unit": unit}
        return "name", reason, _("请删除其中一行")
    if fault == "merged":
        survivor = unit.merged_into if unit else None
        reason = _("该记录已并入 %(survivor)s") % {"survivor": survivor}
        return "code", reason, _("请改用保留的记录的编号")
    if fault == "waiting":
        return (
            "special_reason",
            _("该单位已有同一原因的标记待批准"),
            _("请先在“特殊监管标记”中批准或驳回，再导入"),
        )
    if fault == "clash":
        other = _standing(row).exclude(pk=unit.pk if unit else None).first()
        reason = _("与在册单位 %(other)s 的代码和厂区相同") % {"other": other.code if other else ""}
        return "uscc", reason, _("请核对代码，或填写不同的厂区/点位")
    if fault == "code_taken":
        found = unit or _standing(row).first()
        reason = _("同一代码和厂区在名录中的编号是 %(code)s") % {
            "code": found.code if found else ""
        }
        return "code", reason, _("请改用该编号，或填写不同的厂区/点位")
    names = "、".join(other.display_name for other in _standing(row)[:20])
    reason = _("该单位下有多个厂区/点位：%(names)s") % {"names": names}
    return "site", reason, _("请补上厂区/点位或本局编号")


def _standing(row: ImportRow) -> Any:
    found = PollutionSource.objects.active().order_by("code")
    if row.uscc:
        same = found.filter(uscc=row.uscc)
        return same if same.exists() else PollutionSource.objects.filter(uscc=row.uscc)
    return found.filter(name=row.name)


# -- writing ---------------------------------------------------------------------------------


def lock_register() -> None:
    """Nobody else writes the register until this transaction ends; reading goes on."""
    if sql.is_postgresql():
        _run(f"LOCK TABLE {UNITS} IN SHARE ROW EXCLUSIVE MODE")


def next_codes(count: int) -> list[str]:
    """The next free 本局编号; codes are never used again, not even those of an undone import."""
    start = highest_code() + 1
    return [f"PS{number:05d}" for number in range(start, start + count)]


def highest_code() -> int:
    if sql.is_postgresql():
        number, ours = "CAST(substr(code, 3) AS BIGINT)", "code ~ '^PS[0-9]{1,15}$'"
    else:
        number = "CAST(substr(code, 3) AS INTEGER)"
        ours = "code GLOB 'PS[0-9]*' AND substr(code, 3) NOT GLOB '*[^0-9]*'"
    found = _rows(f"SELECT MAX({number}) FROM {UNITS} WHERE {ours}")[0][0] or 0  # noqa: S608
    given = ImportedFile.objects.aggregate(highest=Max("highest_code"))["highest"] or 0
    return max(int(found), given)


def apply(job: ImportedFile, *, today: date, actor: Any, now: datetime) -> None:
    """Write the judged rows; the caller holds the transaction and the lock."""
    _plan_for(job)
    _write_events_of_changes(job, today=today, actor=actor, now=now)
    _write_status_changes(job, today=today, actor=actor, now=now)
    _change_flags(job, today=today)
    _update_units(job, now)
    _insert_units(job, actor=actor, now=now)
    _start_flags(job, today=today, actor=actor)
    if job.register == ImportedFile.Register.KEY_LIST and job.options.get("retire"):
        _retire_missing(job, actor=actor, now=now)


def _event_columns() -> str:
    return (
        f"INSERT INTO {EVENTS} (at, actor_id, actor_label, action, object_type, object_id,"
        " object_label, changes, reason, sealed_read)"
    )


def _event_values(action: str) -> str:
    return (
        f" SELECT %s, %s, %s, '{action}', '{PollutionSource._meta.label_lower}',"
        f" CAST(p.id AS VARCHAR(60)), {sql.label()}, "
    )


def _moment(now: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(now)


def _who(actor: Any, now: datetime) -> tuple[Any, Any, str]:
    return _moment(now), actor.pk if actor else None, actor_label(actor)


def _changed_rows(job: ImportedFile) -> str:
    return f"FROM {ROWS} s JOIN {UNITS} p ON p.id = s.match_id"


def _write_events_of_changes(job: ImportedFile, *, today: date, actor: Any, now: datetime) -> None:
    _run(
        f"{_event_columns()}{_event_values('source.changed')}{sql.changes_of_changed(said_fields(job))},"
        f" %s, FALSE {_changed_rows(job)}"
        f" LEFT JOIN {IN_FORCE} m ON m.source_id = p.id LEFT JOIN {FLAGS} f ON f.id = m.id"
        " WHERE s.job_id = %s AND s.outcome = 'changed'",
        *_who(actor, now), job.evidence[:500], today, today, job.pk,
    )  # fmt: skip


def _write_status_changes(job: ImportedFile, *, today: date, actor: Any, now: datetime) -> None:
    if "status" not in said_fields(job):
        return
    day = sql.typed("status_date") if "status_date" in said_fields(job) else "NULL"
    _run(
        "INSERT INTO registry_sourcestatuschange (source_id, old_status, new_status, \"on\", reason,"
        f" actor_id, recorded_at{_extra(STATUS_CHANGE)})"
        f" SELECT p.id, p.status, s.status, COALESCE({day}, %s), %s, %s, %s{_blank(STATUS_CHANGE)}"
        f" {_changed_rows(job)} WHERE s.job_id = %s AND s.outcome = 'changed' AND {sql.differs('status')}",
        today, job.evidence[:300], actor.pk if actor else None, _moment(now), job.pk,
    )  # fmt: skip


STATUS_CHANGE = frozenset(
    {"id", "source_id", "old_status", "new_status", "on", "reason", "actor_id", "recorded_at"}
)


def _more_columns(known: frozenset[str]) -> list[Any]:
    model = PollutionSource._meta.get_field("status_changes").related_model
    return [field for field in model._meta.concrete_fields if field.attname not in known]


def _extra(known: frozenset[str]) -> str:
    return "".join(f', "{field.attname}"' for field in _more_columns(known))


def _blank(known: frozenset[str]) -> str:
    return "".join(", NULL" if field.null else ", ''" for field in _more_columns(known))


def _update_units(job: ImportedFile, now: datetime) -> None:
    fields = said_fields(job)
    sets = [f"{name} = {sql.written(name)}" for name in fields]
    parameters: list[Any] = []
    if "status" in fields:
        sets.append(
            f"status_reason = CASE WHEN NOT {sql.differs('status')} THEN p.status_reason"
            " WHEN s.status = 'normal' THEN '' ELSE %s END"
        )
        parameters.append(job.evidence[:300])
    _run(
        f"UPDATE {UNITS} AS p SET updated_at = %s{''.join(f', {part}' for part in sets)}"  # noqa: S608
        f" FROM {ROWS} s WHERE s.match_id = p.id AND s.job_id = %s AND s.outcome = 'changed'",
        _moment(now), *parameters, job.pk,
    )  # fmt: skip


def _insert_units(job: ImportedFile, *, actor: Any, now: datetime) -> None:
    """New units with the codes the file gives, or the next free ones in the order of the file."""
    last = PollutionSource.objects.aggregate(last=Max("pk"))["last"] or 0
    given = [
        int(code[2:])
        for (code,) in _rows(
            f"SELECT code FROM {ROWS} WHERE job_id = %s AND outcome = 'new' AND code LIKE 'PS%%'",  # noqa: S608
            job.pk,
        )
        if code[2:].isascii() and code[2:].isdigit() and len(code) <= 17
    ]
    start = max([highest_code(), *given])
    blank = "COALESCE(NULLIF(s.code, ''), '') = ''"
    numbered = f"({start} + ROW_NUMBER() OVER (PARTITION BY {blank} ORDER BY s.number))"
    columns, values, parameters = sql.inserted(job.evidence[:300], job.options, _moment(now))
    names = ", ".join(f'"{name}"' for name in columns)
    _run(
        f"INSERT INTO {UNITS} ({names}) SELECT {', '.join(values)} FROM ("  # noqa: S608
        f" SELECT s.*, CASE WHEN {blank} THEN {sql.made_code(numbered)} ELSE s.code END AS given_code"
        f" FROM {ROWS} s WHERE s.job_id = %s AND s.outcome = 'new') s ORDER BY s.number",
        *parameters,
        job.pk,
    )
    _run(
        f"{_event_columns()}{_event_values('source.created')}{sql.changes_of_new()}, %s, FALSE"
        f" FROM {UNITS} p WHERE p.id > %s AND p.created_at = %s",
        *_who(actor, now), job.evidence[:500], last, _moment(now),
    )  # fmt: skip
    job.highest_code = highest_code() if job.rows_new else job.highest_code


def _change_flags(job: ImportedFile, *, today: date) -> None:
    """Flags whose word changed end today; new ones start when the units are there."""
    ids = [unit for unit, _reason in _flagged_rows(job, today)]
    SpecialFlag.objects.in_force(today).filter(source_id__in=ids).update(
        ends_on=today, end_reason=job.evidence[:300]
    )
    job.flags = _flagged_rows(job, today, ids)


def _flagged_rows(
    job: ImportedFile, today: date, ids: Iterable[int] | None = None
) -> list[tuple[int, str]]:
    """(unit, reason or nothing) of changed rows whose flag is not as the file says."""
    if "special" not in job.report.get("present", ()):
        return []
    if ids is not None:
        rows = ImportRow.objects.filter(
            job=job, outcome="changed", match_id__in=list(ids), special="true"
        )
        return [(row.match_id, row.special_reason or "") for row in rows]
    return _rows(
        f"SELECT s.match_id, s.special_reason {_changed_rows(job)}"
        f" LEFT JOIN {IN_FORCE} m ON m.source_id = p.id LEFT JOIN {FLAGS} f ON f.id = m.id"
        f" WHERE s.job_id = %s AND s.outcome = 'changed' AND {sql.flag_differs()}",
        today, today, job.pk,
    )  # fmt: skip


def _start_flags(job: ImportedFile, *, today: date, actor: Any) -> None:
    starting = list(getattr(job, "flags", ()))
    rows = ImportRow.objects.filter(job=job, outcome="new", special="true")
    for row in rows:
        unit = PollutionSource.objects.filter(
            name=row.name, uscc=row.uscc or "", site=row.site or ""
        ).latest("pk")
        starting.append((unit.pk, row.special_reason or ""))
    SpecialFlag.objects.bulk_create(
        [
            SpecialFlag(
                source_id=unit,
                reason=reason,
                evidence=job.evidence,
                state="approved",
                starts_on=today,
                approved_by=actor,
            )
            for unit, reason in starting
        ]
    )


def _retire_missing(job: ImportedFile, *, actor: Any, now: datetime) -> None:
    """Key units the year's list no longer names become general; the person asked for it."""
    old = sql._stored_json("key_classes")
    absent = f"FROM {ROWS} s JOIN {UNITS} p ON p.id = s.match_id WHERE s.job_id = %s AND s.outcome = 'missing'"
    changes = sql._object(
        ['\',"regulatory_type":["key","general"]\'', f"',\"key_classes\":[' || {old} || ',[]]'"]
    )
    _run(
        f"{_event_columns()}{_event_values('source.changed')}{changes}, %s, FALSE {absent}",
        *_who(actor, now), job.evidence[:500], job.pk,
    )  # fmt: skip
    units = ImportRow.objects.filter(job=job, outcome="missing").values("match_id")
    PollutionSource.objects.filter(pk__in=units).update(
        regulatory_type="general", key_classes=[], updated_at=now
    )
