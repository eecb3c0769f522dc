"""信用记录归集: what is published, whether it still stands, and what was said of it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from disclosure.models import PublicResult
from disclosure.rules.public_columns import DETAIL_COLUMNS, TEN_COLUMNS
from registry.importing.services.spreadsheets import write_workbook
from registry.rules.quarter import Quarter

CREDIT_STATUS = "当前状态"


def credit_rows(quarter: Quarter) -> Iterator[list[Any]]:
    columns = [name for name, _title in (*TEN_COLUMNS, *DETAIL_COLUMNS)]
    rows = (
        PublicResult.objects.filter(quarter=str(quarter))
        .prefetch_related("notices")
        .order_by("published_on", "pk")
    )
    for number, row in enumerate(rows, 1):
        notices = list(row.notices.all())
        status = _("已撤回") if row.withdrawn_at else _("有效")
        told = "；".join(f"{n.at:%Y-%m-%d} {n.get_kind_display()}：{n.note}" for n in notices)
        yield [number, *(getattr(row, name) for name in columns), status, told]


def credit_workbook(quarter: Quarter) -> bytes:
    """One sheet with every public column, the present status and the notices."""
    titles = [title for _name, title in (*TEN_COLUMNS, *DETAIL_COLUMNS)]
    target = BytesIO()
    header = ["序号", *titles, CREDIT_STATUS, "公示变更"]
    write_workbook(target, [(str(quarter), header, credit_rows(quarter))])
    return target.getvalue()
