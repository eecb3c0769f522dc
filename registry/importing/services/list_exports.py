"""The filtered lists as workbooks: to print, or in the exchange columns to work on and import."""

from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.importing.services.exporting import export_register
from registry.models import Inspector, PollutionSource
from registry.papers.workbooks import PrintColumn, print_list
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.selectors.inspector_list import people
from registry.selectors.source_list import Row, rows_of

MOST_EXPORTED = 20_000
BATCH = 1000
SOURCE_PRINT = (
    PrintColumn("序号", 6),
    PrintColumn("编号", 11),
    PrintColumn("单位名称", 34),
    PrintColumn("统一社会信用代码", 21),
    PrintColumn("类型", 10),
    PrintColumn("特殊监管原因", 16),
    PrintColumn("状态", 9),
    PrintColumn("风险", 6),
    PrintColumn("许可类别", 10),
    PrintColumn("网格", 12),
    PrintColumn("地址", 30),
    PrintColumn("环保联系人", 12),
    PrintColumn("联系电话", 15),
    PrintColumn("最近检查", 12),
)
INSPECTOR_PRINT = (
    PrintColumn("序号", 6),
    PrintColumn("编号", 10),
    PrintColumn("姓名", 12),
    PrintColumn("类别", 12),
    PrintColumn("单位", 30),
    PrintColumn("执法证号", 20),
    PrintColumn("有效期止", 13),
    PrintColumn("状态", 12),
    PrintColumn("专业", 24),
    PrintColumn("联系电话", 16),
)


class TooManyRows(RuleViolation):
    code = "too_many_rows"


def _keys(rows: QuerySet[Any]) -> list[int]:
    keys = list(rows.values_list("pk", flat=True)[: MOST_EXPORTED + 1])
    if len(keys) > MOST_EXPORTED:
        raise TooManyRows(
            _("超过%(most)s家，请先缩小筛选范围再导出；整个名录可用命令 export_sources 导出。")
            % {"most": f"{MOST_EXPORTED:,}"}
        )
    return keys


def _footer(today: date) -> str:
    return _("%(bureau)s　%(day)s 制表") % {
        "bureau": bureau_setting("bureau_name"),
        "day": today.isoformat(),
    }


def print_sources(
    target: BinaryIO, *, rows: QuerySet[PollutionSource], words: str, today: date
) -> int:
    """``rows`` in order; ``words`` says what was filtered. Returns the number of units.

    Raises TooManyRows beyond what a request can write in time.
    """
    keys = _keys(rows)
    print_list(
        target,
        title=_("污染源名录"),
        columns=SOURCE_PRINT,
        rows=_source_rows(keys, today),
        subtitle=_("%(words)s　共 %(count)d 家") % {"words": words, "count": len(keys)},
        footer=_footer(today),
    )
    return len(keys)


def _source_rows(keys: list[int], today: date) -> Iterator[list[Any]]:
    for start in range(0, len(keys), BATCH):
        for number, row in enumerate(rows_of(keys[start : start + BATCH], today), start + 1):
            yield [number, *_source_cells(row)]


def kind_words(unit: PollutionSource) -> str:
    """重点, 一般 or 建设项目: what the bureau calls the unit's type."""
    if unit.kind == "construction":
        return str(unit.get_kind_display())
    return str(unit.get_regulatory_type_display())


def _source_cells(row: Row) -> list[Any]:
    unit = row.source
    return [
        unit.code,
        unit.display_name,
        unit.uscc,
        kind_words(unit),
        row.special,
        str(unit.get_status_display()),
        str(unit.get_risk_grade_display()),
        str(unit.get_permit_class_display()),
        unit.grid,
        unit.address,
        unit.contact,
        unit.phone,
        row.last_check,
    ]


def exchange_sources(target: BinaryIO, *, rows: QuerySet[PollutionSource], today: date) -> int:
    """All columns, as they can be changed in Excel and imported again."""
    keys = _keys(rows)
    chosen = PollutionSource.objects.filter(pk__in=keys).order_by("code")
    return export_register(register="sources", target=target, today=today, queryset=chosen)


def print_inspectors(
    target: BinaryIO, *, rows: QuerySet[Inspector], words: str, today: date
) -> int:
    keys = _keys(rows)
    print_list(
        target,
        title=_("执法检查人员名录"),
        columns=INSPECTOR_PRINT,
        rows=([n, *_person_cells(row)] for n, row in enumerate(people(keys, today), 1)),
        subtitle=_("%(words)s　共 %(count)d 人") % {"words": words, "count": len(keys)},
        footer=_footer(today),
    )
    return len(keys)


def _person_cells(row: dict[str, Any]) -> list[Any]:
    person, certificate = row["person"], row["certificate"]
    return [
        person.code,
        person.name,
        str(person.get_role_display()),
        person.organisation,
        certificate.number if certificate else "",
        certificate.valid_to if certificate else None,
        str(person.get_status_display()) + (_("（请假）") if row["away"] else ""),
        "、".join(person.skills),
        person.phone,
    ]
