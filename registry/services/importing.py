"""Register import: all rows or none; the same file twice changes nothing.

A file becomes an :class:`ImportResult` first (what is new, changed, the same, refused); only a
result without refusals is written, in one transaction, with the file kept by its hash.
"""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from registry.exchange import IMPORT_COLUMNS, INSPECTOR_COLUMNS, SOURCE_COLUMNS
from registry.models import ImportedFile
from registry.rules.columns import Column
from registry.rules.violations import RuleViolation
from registry.services.spreadsheets import RowError, read_sheet
from registry.services.trail import record_event


@dataclass
class RowChange:
    """One register row to write. ``fields``: column values; ``changes``: field → [old, new]."""

    row: int
    label: str
    values: dict[str, Any]
    instance: models.Model | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class ImportResult:
    new: list[RowChange] = field(default_factory=list)
    changed: list[RowChange] = field(default_factory=list)
    same: int = 0
    errors: list[RowError] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows refused (a row with three bad cells counts once)."""
        return len({error.row for error in self.errors})

    def summary(self) -> str:
        return _("新增 %(new)d · 变更 %(changed)d · 未变 %(same)d · 拒绝 %(refused)d") % {
            "new": len(self.new),
            "changed": len(self.changed),
            "same": self.same,
            "refused": self.refused,
        }


class ImportRefused(RuleViolation):
    """Some rows are refused, so none was written; ``result.errors`` names each."""

    code = "import_refused"

    def __init__(self, result: ImportResult) -> None:
        super().__init__(
            _("有 %(count)d 处需要修改，未导入任何一行。") % {"count": len(result.errors)}
        )
        self.result = result
        self.errors = result.errors


def columns_of(register: str) -> Sequence[Column]:
    return SOURCE_COLUMNS if register == ImportedFile.Register.SOURCES else INSPECTOR_COLUMNS


def import_file(
    *,
    register: str,
    path: Path,
    filename: str,
    today: date,
    actor: Any = None,
    dry_run: bool = False,
) -> ImportResult:
    """Read, compare and (unless ``dry_run``) write one register file.

    Raises FileRefused where the file cannot be read and ImportRefused where a row is refused;
    in both cases nothing was written.
    """
    from registry.services import import_inspectors, import_sources

    module = import_sources if register == ImportedFile.Register.SOURCES else import_inspectors
    is_sources = register == ImportedFile.Register.SOURCES
    columns = IMPORT_COLUMNS if is_sources else INSPECTOR_COLUMNS
    sheet = read_sheet(path, columns, is_sources=is_sources)
    with transaction.atomic():
        result = module.compare(sheet, today=today)
        result.errors = sorted([*sheet.errors, *result.errors], key=lambda error: error.row)
        result.ignored_columns = sheet.ignored_columns
        if dry_run:
            return result
        if result.errors:
            raise ImportRefused(result)
        if result.new or result.changed:
            module.write(result, today=today, actor=actor, filename=filename)
            _keep_file(register, path, filename, result, actor)
    return result


def _keep_file(register: str, path: Path, filename: str, result: ImportResult, actor: Any) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    folder = Path(settings.EVIDENCE_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / f"{digest}{path.suffix.lower()}")
    row = ImportedFile.objects.create(
        register=register,
        filename=filename[:255],
        sha256=digest,
        rows_new=len(result.new),
        rows_changed=len(result.changed),
        rows_same=result.same,
        actor=actor,
    )
    record_event(
        action=f"{register}.imported",
        actor=actor,
        obj=row,
        changes={"sha256": [None, digest], "summary": [None, result.summary()]},
    )


def differences(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, list[Any]]:
    """``{field: [old, new]}`` for what the file says differently."""
    return {
        name: [current[name], value] for name, value in wanted.items() if current.get(name) != value
    }


def duplicate_errors(rows: Sequence[tuple[int, str]], column: str) -> list[RowError]:
    """Rows whose key stands in the file twice."""
    first: dict[str, int] = {}
    errors = []
    for number, key in rows:
        if key in first:
            errors.append(
                RowError(
                    number,
                    column,
                    _("与第%(row)d行重复（%(key)s）") % {"row": first[key], "key": key},
                    _("请删除其中一行"),
                )
            )
        first.setdefault(key, number)
    return errors
