"""Inspectors: file rows against the register."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from registry.choices import InspectorRole, InspectorStatus
from registry.exchange import INSPECTOR_COLUMNS
from registry.models import Credential, Inspector
from registry.services.importing import ImportResult, RowChange, differences, duplicate_errors
from registry.services.spreadsheets import RowError, Sheet
from registry.services.trail import build_event, plain, record_events

TITLES = {column.field: column.title for column in INSPECTOR_COLUMNS}
CERTIFICATE_FIELDS = ("certificate", "valid_from", "valid_to")
MODEL_FIELDS = tuple(c.field for c in INSPECTOR_COLUMNS if c.field not in CERTIFICATE_FIELDS)


def current_certificates() -> dict[int, Credential]:
    """The certificate that runs longest, by inspector."""
    return {row.inspector_id: row for row in Credential.objects.order_by("valid_to", "pk")}


def current_values(row: Inspector, certificate: Credential | None) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in MODEL_FIELDS}
    values["certificate"] = certificate.number if certificate else ""
    values["valid_from"] = certificate.valid_from if certificate else None
    values["valid_to"] = certificate.valid_to if certificate else None
    return values


def compare(sheet: Sheet, *, today: date) -> ImportResult:
    """A certificate is compared with the registered one of the same number; a blank one says
    nothing, as a certificate ends by its date or in the register, never by an empty cell."""
    result = ImportResult()
    register = {row.code: row for row in Inspector.objects.all()}
    certificates = current_certificates()
    rows = {row.number: row for row in Credential.objects.select_related("inspector")}
    owners = {number: row.inspector.code for number, row in rows.items()}
    for number, values in sheet.rows:
        if "status" in values:
            values["status"] = values["status"] or InspectorStatus.ON_POST.value
        match = register.get(values["code"])
        problem = _row_problem(number, values, owners, match)
        if problem is not None:
            result.errors.append(problem)
            continue
        if match is None:
            result.new.append(RowChange(number, values["name"], values))
            continue
        given = values.get("certificate")
        said = values if given else {k: v for k, v in values.items() if k not in CERTIFICATE_FIELDS}
        known = rows.get(given) if given else certificates.get(match.pk)
        changes = differences(current_values(match, known or certificates.get(match.pk)), said)
        if changes:
            result.changed.append(RowChange(number, str(match), values, match, changes))
        else:
            result.same += 1
    codes = [(number, values["code"]) for number, values in sheet.rows]
    result.errors += duplicate_errors(codes, TITLES["code"])
    numbers = [(n, v["certificate"]) for n, v in sheet.rows if v.get("certificate")]
    result.errors += duplicate_errors(numbers, TITLES["certificate"])
    return result


def _row_problem(
    number: int, values: dict[str, Any], owners: dict[str, str], match: Inspector | None
) -> RowError | None:
    given = [bool(values.get(name)) for name in CERTIFICATE_FIELDS]
    needed = values["role"] == InspectorRole.OFFICER and (match is None or "certificate" in values)
    if (needed or any(given)) and not all(given):
        missing = next(
            TITLES[name] for name, there in zip(CERTIFICATE_FIELDS, given, strict=True) if not there
        )
        return RowError(number, missing, _("未填写"), _("执法人员须填执法证号和起止日期"))
    if all(given) and values["valid_to"] < values["valid_from"]:
        return RowError(number, TITLES["valid_to"], _("早于有效期起"), _("请核对证件上的起止日期"))
    owner = owners.get(values.get("certificate") or "")
    if owner is not None and owner != values["code"]:
        return RowError(
            number,
            TITLES["certificate"],
            _("该证号已登记在 %(owner)s 名下") % {"owner": owner},
            _("请核对证号"),
        )
    return None


def write(result: ImportResult, *, today: date, actor: Any, filename: str) -> None:
    """Write the compared rows; the caller holds the transaction."""
    reason = _("随名录导入：%(file)s") % {"file": filename}
    people = [
        Inspector(**{k: v for k, v in row.values.items() if k in MODEL_FIELDS})
        for row in result.new
    ]
    Inspector.objects.bulk_create(people, batch_size=500)
    for row, person in zip(result.new, people, strict=True):
        row.instance = person
    touched = {"updated_at"}
    for row in result.changed:
        for name, (_old, new) in row.changes.items():
            if name in MODEL_FIELDS:
                setattr(row.instance, name, new)
                touched.add(name)
    changed: list[Any] = [row.instance for row in result.changed]
    Inspector.objects.bulk_update(changed, sorted(touched), batch_size=200)
    for row in (*result.new, *result.changed):
        _store_certificate(row)
    record_events(
        [
            build_event(
                action="inspector.created" if not row.changes else "inspector.changed",
                actor=actor,
                obj=row.instance,  # type: ignore[arg-type]
                changes={k: [plain(a), plain(b)] for k, (a, b) in row.changes.items()}
                or {k: [None, plain(v)] for k, v in row.values.items() if v},
                reason=reason,
            )
            for row in (*result.new, *result.changed)
        ]
    )


def _store_certificate(row: RowChange) -> None:
    """The same number with new dates is a renewal of that row; a new number a new certificate."""
    if row.values.get("certificate"):
        Credential.objects.update_or_create(
            number=row.values["certificate"],
            defaults={
                "inspector": row.instance,
                "valid_from": row.values["valid_from"],
                "valid_to": row.values["valid_to"],
            },
        )
