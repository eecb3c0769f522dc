"""Inspectors: staged rows against the register. A register of people is small: row by row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from registry.choices import InspectorRole, InspectorStatus
from registry.importing.columns import INSPECTOR_COLUMNS
from registry.importing.rules.cell_batches import typed
from registry.importing.services.spreadsheets import RowError
from registry.models import Credential, ImportedFile, ImportRow, Inspector
from registry.rules.certificates import renewed_from
from registry.trail.services import build_event, plain, record_events

KINDS = {column.field: column.kind for column in INSPECTOR_COLUMNS}
TITLES = {column.field: column.title for column in INSPECTOR_COLUMNS}
CERTIFICATE_FIELDS = ("certificate", "valid_from", "valid_to")
MODEL_FIELDS = tuple(name for name in KINDS if name not in CERTIFICATE_FIELDS)


@dataclass
class Judged:
    """One row: what it says, whom it means, and ``changes``: field → [old, new]."""

    row: ImportRow
    values: dict[str, Any]
    person: Inspector | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    error: RowError | None = None

    @property
    def outcome(self) -> str:
        if self.error is not None:
            return "refused"
        return "new" if self.person is None else ("changed" if self.changes else "same")


def current_certificates() -> dict[int, Credential]:
    """The certificate that runs longest, by inspector."""
    return {row.inspector_id: row for row in Credential.objects.order_by("valid_to", "pk")}


def current_values(row: Inspector, certificate: Credential | None) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in MODEL_FIELDS}
    values["certificate"] = certificate.number if certificate else ""
    values["valid_from"] = certificate.valid_from if certificate else None
    values["valid_to"] = certificate.valid_to if certificate else None
    return values


def differences(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, list[Any]]:
    """``{field: [old, new]}`` for what the file says differently."""
    return {
        name: [current[name], value] for name, value in wanted.items() if current.get(name) != value
    }


def said(row: ImportRow) -> dict[str, Any]:
    """What the row says, typed; fields of missing columns are absent."""
    values = {
        name: typed(getattr(row, name), kind)
        for name, kind in KINDS.items()
        if getattr(row, name) is not None
    }
    if "status" in values:
        values["status"] = values["status"] or InspectorStatus.ON_POST.value
    return values


def _judged(job: ImportedFile) -> list[Judged]:
    """A certificate is compared with the registered one of the same number; a blank one says
    nothing, as a certificate ends by its date or in the register, never by an empty cell."""
    register = {row.code: row for row in Inspector.objects.all()}
    certificates = current_certificates()
    known = {row.number: row for row in Credential.objects.select_related("inspector")}
    owners = {number: row.inspector.code for number, row in known.items()}
    rows = ImportRow.objects.filter(job=job, raw__isnull=True).exclude(
        outcome__in=["skipped", "missing"]
    )
    judged = []
    for row in rows.order_by("number"):
        values = said(row)
        one = Judged(row, values, register.get(values["code"]))
        one.error = _row_problem(row.line, values, owners, one.person)
        old = known.get(values.get("certificate") or "")
        if one.error is None and old is not None:
            new = values["valid_from"], values["valid_to"]
            values["valid_from"] = renewed_from((old.valid_from, old.valid_to), new)
        if one.error is None and one.person is not None:
            one.changes = _changes(one, certificates, known)
        judged.append(one)
    _refuse_twice(judged, "code")
    _refuse_twice(judged, "certificate")
    return judged


def _changes(
    one: Judged, certificates: Mapping[int, Credential], known: Mapping[str, Credential]
) -> dict[str, list[Any]]:
    if one.person is None:
        return {}
    given = one.values.get("certificate")
    wanted = one.values
    if not given:
        wanted = {k: v for k, v in wanted.items() if k not in CERTIFICATE_FIELDS}
    longest = certificates.get(one.person.pk)
    certificate = known.get(given) if given else longest
    return differences(current_values(one.person, certificate or longest), wanted)


def _refuse_twice(judged: Iterable[Judged], name: str) -> None:
    """Rows whose key stands in the file twice."""
    first: dict[str, int] = {}
    for one in judged:
        key = one.values.get(name)
        if not key:
            continue
        if key in first and one.error is None:
            reason = _("与第%(row)d行重复（%(key)s）") % {"row": first[key], "key": key}
            one.error = RowError(one.row.line, TITLES[name], reason, _("请删除其中一行"))
        first.setdefault(key, one.row.line)


def _row_problem(
    line: int, values: dict[str, Any], owners: dict[str, str], match: Inspector | None
) -> RowError | None:
    given = [bool(values.get(name)) for name in CERTIFICATE_FIELDS]
    needed = values["role"] == InspectorRole.OFFICER and (match is None or "certificate" in values)
    if (needed or any(given)) and not all(given):
        missing = next(
            TITLES[name] for name, there in zip(CERTIFICATE_FIELDS, given, strict=True) if not there
        )
        return RowError(line, missing, _("未填写"), _("执法人员须填执法证号和起止日期"))
    if all(given) and values["valid_to"] < values["valid_from"]:
        return RowError(line, TITLES["valid_to"], _("早于有效期起"), _("请核对证件上的起止日期"))
    owner = owners.get(values.get("certificate") or "")
    if owner is not None and owner != values["code"]:
        return RowError(
            line,
            TITLES["certificate"],
            _("该证号已登记在 %(owner)s 名下") % {"owner": owner},
            _("请核对证号"),
        )
    return None


def judge(job: ImportedFile, *, today: date) -> int:
    """What each row would do; returns how many rows are judged otherwise than before."""
    del today  # certificates are compared as they stand; their validity is judged at the draw
    judged = _judged(job)
    changed = 0
    for one in judged:
        match = one.person.pk if one.person else None
        changed += (one.row.outcome, one.row.match_id) != (one.outcome, match)
        one.row.outcome, one.row.match_id = one.outcome, match
        error = one.error
        one.row.column = error.column if error else ""
        one.row.reason, one.row.mend = (error.reason, error.mend) if error else ("", "")
    fields = ["outcome", "match_id", "column", "reason", "mend"]
    ImportRow.objects.bulk_update([one.row for one in judged], fields, batch_size=500)
    _list_missing(job, [one.person.pk for one in judged if one.person])
    return changed


def _list_missing(job: ImportedFile, named: Sequence[int]) -> None:
    ImportRow.objects.filter(job=job, outcome="missing").delete()
    absent = Inspector.objects.on_post().exclude(pk__in=named).order_by("code")
    rows = [
        ImportRow(
            job=job, number=0, outcome="missing", match_id=row.pk, name=row.name, code=row.code
        )
        for row in absent
    ]
    ImportRow.objects.bulk_create(rows, batch_size=500)
    job.rows_missing = len(rows)


def lock_register() -> None:
    """A person's row is locked where it is written; two imports at once meet at their numbers."""


def apply(job: ImportedFile, *, today: date, actor: Any, now: datetime) -> None:
    """Write the judged rows; the caller holds the transaction."""
    del today
    judged = [one for one in _judged(job) if one.outcome in ("new", "changed")]
    for one in judged:
        if one.outcome == "new":
            fields = {k: v for k, v in one.values.items() if k in MODEL_FIELDS}
            one.person = Inspector.objects.create(**fields)
        elif one.person is not None:
            changed = [name for name in one.changes if name in MODEL_FIELDS]
            for name in changed:
                setattr(one.person, name, one.changes[name][1])
            one.person.save(update_fields=[*changed, "updated_at"])
        _store_certificate(one)
    record_events(
        [
            build_event(
                action="inspector.changed" if one.changes else "inspector.created",
                actor=actor,
                obj=one.person,  # type: ignore[arg-type]
                changes={k: [plain(a), plain(b)] for k, (a, b) in one.changes.items()}
                or {k: [None, plain(v)] for k, v in one.values.items() if v},
                reason=job.evidence,
            )
            for one in judged
        ]
    )


def _store_certificate(one: Judged) -> None:
    """The same number with new dates is a renewal of that row; a new number a new certificate."""
    if one.values.get("certificate"):
        Credential.objects.update_or_create(
            number=one.values["certificate"],
            defaults={
                "inspector": one.person,
                "valid_from": one.values["valid_from"],
                "valid_to": one.values["valid_to"],
            },
        )
