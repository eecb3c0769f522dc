"""One import as it stands: its state and who may move it, its choices, its counts, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from registry.importing.columns import INSPECTOR_COLUMNS, SOURCE_COLUMNS
from registry.importing.rules.column_spec import Column
from registry.importing.services import inspectors as import_inspectors
from registry.importing.services import sources as import_sources
from registry.importing.services.spreadsheets import RowError
from registry.models import AuditEvent, ImportedFile, ImportRow
from registry.rules.import_state import MOVES, ImportState
from registry.rules.violations import RuleViolation

LEASE = timedelta(minutes=3)
# ``no_code``: enter units without a code as 待补; ``type``: key or general for new units of a file that
# does not say; ``retire``: key units the list does not name become general; ``good_only``: the rest
# may go in without the refused rows.
OPTIONS = {"no_code": bool, "type": str, "retire": bool, "good_only": bool}
CHOICES = {"type": ("", "key", "general")}


class ImportRefused(RuleViolation):
    """Some rows are refused, so none was written; ``result.errors`` names each."""

    code = "import_refused"

    def __init__(self, result: "ImportResult") -> None:
        super().__init__(
            _("有 %(count)d 处需要修改，未导入任何一行。") % {"count": len(result.errors)}
        )
        self.result = result
        self.errors = result.errors


class NotInThisState(RuleViolation):
    """Somebody else moved the import meanwhile, or the step does not fit."""

    code = "import_not_in_this_state"


class ColumnsUnnamed(RuleViolation):
    """Nobody said which column of the file holds what every row must have."""

    code = "columns_unnamed"

    def __init__(self, titles: Sequence[str]) -> None:
        needed = "、".join(f"“{title}”" for title in titles)
        super().__init__(_("还没有指出哪一列是%(needed)s，请在下面选择。") % {"needed": needed})


class RegisterMovedOn(RuleViolation):
    """The register changed after the preview; the preview was made anew."""

    code = "register_moved_on"


@dataclass
class ImportResult:
    """Counts and refusals of one import."""

    job: ImportedFile | None = None
    new: int = 0
    changed: int = 0
    same: int = 0
    skipped: int = 0
    refused: int = 0
    errors: list[RowError] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def summary(self) -> str:
        return _("新增 %(new)d · 变更 %(changed)d · 未变 %(same)d · 拒绝 %(refused)d") % vars(self)


def columns_of(register: str) -> Sequence[Column]:
    return INSPECTOR_COLUMNS if register == ImportedFile.Register.INSPECTORS else SOURCE_COLUMNS


def engine_of(job: ImportedFile) -> Any:
    """The module that judges and writes rows of this register."""
    people = job.register == ImportedFile.Register.INSPECTORS
    return import_inspectors if people else import_sources


def move(job: ImportedFile, new: ImportState, **fields: Any) -> None:
    """Raises NotInThisState where the import is not, or no longer, where this step starts."""
    if new not in MOVES[ImportState(job.state)]:
        raise NotInThisState(
            _("导入处于“%(state)s”，不能进行这一步，请刷新页面。")
            % {"state": job.get_state_display()}
        )
    moved = ImportedFile.objects.filter(pk=job.pk, state=job.state, attempt=job.attempt).update(
        state=new, **fields
    )
    if moved != 1:
        raise NotInThisState(_("导入的状态刚刚改变，请刷新页面。"))
    job.state = new
    for name, value in fields.items():
        setattr(job, name, value)


def checked_options(options: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in OPTIONS.items():
        value = kind(options.get(name) or kind())
        found[name] = value if name not in CHOICES or value in CHOICES[name] else ""
    return found


def claim(job: ImportedFile, state: ImportState, *, now: datetime) -> None:
    """Take the work: nobody else has it while the lease runs; a lease that ran out is taken over."""
    if job.state == state and job.lease_until and job.lease_until > now:
        raise NotInThisState(_("正在处理，请稍候。"))
    move(job, state, attempt=job.attempt + 1, lease_until=now + LEASE)


def counts_of(job: ImportedFile) -> dict[str, Any]:
    counted = dict(
        ImportRow.objects.filter(job=job)
        .order_by()
        .values("outcome")
        .annotate(n=Count("pk"))
        .values_list("outcome", "n")
    )
    names = ("new", "changed", "same", "refused", "skipped")
    counts: dict[str, Any] = {f"rows_{name}": counted.get(name, 0) for name in names}
    counts["rows_skipped"] = job.report.get("skipped", counts["rows_skipped"])
    counts["rows_read"] = counts["rows_total"] = sum(counted.get(n, 0) for n in names[:4])
    counts["rows_missing"] = job.rows_missing
    counts["judged_event"] = last_event()
    return counts


def last_event() -> int:
    return AuditEvent.objects.aggregate(last=Max("pk"))["last"] or 0


def result_of(job: ImportedFile, *, errors: bool = True) -> ImportResult:
    result = ImportResult(
        job,
        job.rows_new,
        job.rows_changed,
        job.rows_same,
        job.rows_skipped,
        job.rows_refused,
        notes=list(job.report.get("notes", ())),
        ignored_columns=list(
            dict.fromkeys(t for table in job.report.get("tables", ()) for t in table["unmatched"])
        ),
    )
    if errors:
        result.errors = [
            RowError(row.line, row.column, row.reason, row.mend, row.sheet)
            for row in ImportRow.objects.filter(job=job, outcome="refused").order_by("line", "pk")
        ]
    return result
