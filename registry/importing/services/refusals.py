"""Why a row of an import is refused against the register, in the words of who has to mend it."""

from typing import Any

from django.utils.translation import gettext as _

from registry.importing.columns import SOURCE_COLUMNS
from registry.importing.rules.source_rows import no_code
from registry.importing.services.tables import fetch
from registry.models import ImportedFile, ImportRow, PollutionSource

TITLES = {column.field: column.title for column in SOURCE_COLUMNS}


def explain(job: ImportedFile) -> None:
    """Field, reason and mend into each row the judgement refused (temporary table ``verdict``)."""
    faults = fetch("SELECT row_id, unit, fault FROM verdict WHERE fault <> ''")
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
                r for (r,) in fetch("SELECT row_id FROM judged WHERE unit = %s", unit and unit.pk)
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
