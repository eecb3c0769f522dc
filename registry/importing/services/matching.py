"""What each staged row would do to the register: matched, judged and settled set-based.

Matching follows domain rules §1: the bureau's code where the file has it, else USCC and site, else
the name; where several sites fit, the row is refused with their names.
"""

from datetime import date
from typing import Any

from registry.importing.services import sql
from registry.importing.services.refusals import explain
from registry.importing.services.tables import (
    FLAGS,
    IN_FORCE,
    ROWS,
    UNITS,
    fetch,
    plan_for,
    run,
    said_fields,
)
from registry.models import ImportedFile, ImportRow
from registry.rules import cells

MISSING_LISTED = 2000


def judge(job: ImportedFile, *, today: date) -> int:
    """What each row would do; returns how many rows are judged otherwise than before."""
    plan_for(job)
    _match(job)
    _match_names(job)
    _find_faults(job, today)
    changed = _settle(job, today)
    explain(job)
    _list_missing(job)
    return changed


def _match(job: ImportedFile) -> None:
    """By the bureau's code, else by USCC and site among those not ended (or, all ended, any)."""
    run("DROP TABLE IF EXISTS judged")
    mine = f"SELECT uscc FROM {ROWS} WHERE job_id = %s AND uscc <> ''"  # noqa: S608
    run(
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
        run("ANALYZE judged")


def _match_names(job: ImportedFile) -> None:
    """A row without a code, or whose code no unit has yet, may name a unit the register knows."""
    _by_name(job, f"{UNITS} p ON p.name = s.name")
    # What is still nobody may be written with the other kind of brackets: (昌吉) for （昌吉）.
    wide = "REPLACE(REPLACE({}, '(', '（'), ')', '）')"
    bracketed = "{0} LIKE '%%(%%' OR {0} LIKE '%%（%%'"
    run("DROP TABLE IF EXISTS bracketed")
    run(
        f"CREATE TEMPORARY TABLE bracketed AS SELECT {wide.format('name')} AS wide_name,"  # noqa: S608
        " id, status, site, uscc, no_code_reason, merged_into_id"
        f" FROM {UNITS} WHERE merged_into_id IS NULL AND ({bracketed.format('name')})"
    )
    run("CREATE INDEX bracketed_names ON bracketed (wide_name)")
    _by_name(
        job,
        f"bracketed p ON p.wide_name = {wide.format('s.name')} AND ({bracketed.format('s.name')})",
    )


def _by_name(job: ImportedFile, units: str) -> None:
    run("DROP TABLE IF EXISTS named")
    site = "COALESCE(s.site, '')"
    run(
        f"""
        CREATE TEMPORARY TABLE named AS
        SELECT j.row_id,
            COALESCE(
                MIN(CASE WHEN p.status = 'normal' AND p.site = {site} THEN p.id END),
                MAX(CASE WHEN p.uscc = '' AND p.site = {site} THEN p.id END)) AS exact,
            MIN(CASE WHEN p.status = 'normal' THEN p.id END) AS one,
            SUM(CASE WHEN p.status = 'normal' THEN 1 ELSE 0 END) AS n,
            MAX({site}) AS site
        FROM judged j JOIN {ROWS} s ON s.id = j.row_id JOIN {units}
        WHERE j.unit IS NULL AND j.fault = '' AND COALESCE(s.no_code_reason, '') IN ('', p.no_code_reason)
            AND p.merged_into_id IS NULL
            AND (p.status = 'normal' OR p.uscc = '') AND (COALESCE(s.uscc, '') = '' OR p.uscc = '')
        GROUP BY j.row_id
        """  # noqa: S608
    )
    run(
        "UPDATE judged SET unit = COALESCE(n.exact, CASE WHEN n.n = 1 AND n.site = '' THEN n.one END),"
        " fault = CASE WHEN n.exact IS NULL AND n.n > 1 AND n.site = '' THEN 'many_sites' ELSE '' END"
        " FROM named n WHERE n.row_id = judged.row_id"
    )
    run(
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
    run(
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
    run(
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
    run("DROP TABLE IF EXISTS verdict")
    run(
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
    return run(
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
    job.rows_missing = fetch(f"SELECT COUNT(*) {absent}")[0][0]
    limit = "" if key_list else f"LIMIT {MISSING_LISTED}"
    run(
        f'INSERT INTO {ROWS} (job_id, number, sheet, line, outcome, match_id, "column", reason, mend,'
        " name, code, uscc, site)"
        f" SELECT %s, 0, '', 0, 'missing', p.id, '', '', '', p.name, p.code, p.uscc, p.site {absent}"
        f" ORDER BY p.code {limit}",
        job.pk,
    )
