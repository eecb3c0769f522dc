"""Registers out, in the exchange columns: what goes out comes back in as 未变."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from registry.choices import RegulatoryType
from registry.importing.rules.column_spec import Column
from registry.importing.services.inspectors import current_certificates, current_values
from registry.importing.services.jobs import columns_of
from registry.importing.services.spreadsheets import write_sheet
from registry.models import ImportedFile, Inspector, PollutionSource, SpecialFlag
from registry.rules.cells import as_text

TITLES = {
    ImportedFile.Register.SOURCES.value: "污染源",
    ImportedFile.Register.INSPECTORS.value: "检查人员",
    ImportedFile.Register.KEY_LIST.value: "重点单位名录",
}


def cell_of(column: Column, value: Any) -> Any:
    """A value as it stands in an exchange file."""
    labels = {stored: str(label) for stored, label in column.options}
    if column.kind == "bool":
        return "是" if value else "否"
    if column.kind == "choice":
        return labels.get(value, "")
    if column.kind == "choices":
        return "、".join(labels[item] for item in value)
    if column.kind == "list":
        return "、".join(value)
    if column.kind in ("date", "until"):
        return value.isoformat() if value else None
    if column.kind == "decimal":
        return str(value) if value is not None else None
    return (as_text(value) if isinstance(value, str) else value) if value != "" else None


def _source_values(sources: Iterable[PollutionSource], today: date) -> Iterator[dict[str, Any]]:
    in_force = SpecialFlag.objects.in_force(today).order_by("-pk")
    flags = dict(in_force.values_list("source_id", "reason"))
    for row in sources:
        values = {c.field: getattr(row, c.field, None) for c in columns_of("sources")}
        values["special"] = row.pk in flags
        values["special_reason"] = flags.get(row.pk, "")
        yield values


def _inspector_values(people: Iterable[Inspector]) -> Iterator[dict[str, Any]]:
    certificates = current_certificates()
    for row in people:
        yield current_values(row, certificates.get(row.pk))


def export_register(
    *, register: str, target: Path | BinaryIO, today: date, queryset: Any = None
) -> int:
    """Write the register (or ``queryset`` of it) as .xlsx; returns the number of rows.

    ``today`` decides which special flags are in force.
    """
    columns = columns_of(register)
    if register != ImportedFile.Register.INSPECTORS:
        rows = queryset if queryset is not None else PollutionSource.objects.order_by("code")
        if register == ImportedFile.Register.KEY_LIST:
            rows = rows.active().filter(regulatory_type=RegulatoryType.KEY)
        values = list(_source_values(rows, today))
    else:
        rows = queryset if queryset is not None else Inspector.objects.order_by("code")
        values = list(_inspector_values(rows))
    write_sheet(
        target,
        columns,
        ([cell_of(column, row[column.field]) for column in columns] for row in values),
        title=TITLES[register],
    )
    return len(values)


def write_template(*, register: str, target: Path | BinaryIO) -> None:
    """An empty file with the exchange columns."""
    write_sheet(target, columns_of(register), [], title=TITLES[register])
