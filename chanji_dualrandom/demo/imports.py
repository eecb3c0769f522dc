"""A key list somebody uploaded and has not confirmed yet, so that the preview can be seen at once."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from registry.importing.services.importing import read_import, receive_import
from registry.models import ImportedFile, PollutionSource


def offer_key_list(*, users: dict[str, Any], now: datetime) -> ImportedFile:
    """Most key units of the register, two of the general ones, and one nobody knows yet."""
    today = timezone.localdate(now)
    key = PollutionSource.objects.active().filter(regulatory_type="key", confidential=False)
    general = PollutionSource.objects.in_pool().filter(regulatory_type="general")
    units = [*key.order_by("code")[2:], *general.order_by("code")[40:42]]
    lines = [
        f"{today.year + 1}年度示范市环境监管重点单位名录（征求意见稿）",
        "序号,单位名称,水环境,大气环境,环境风险",
    ]
    lines += [f"{number},{unit.name},√,," for number, unit in enumerate(units, 1)]
    lines += [f"{len(units) + 1},昌吉示范新列入有限公司,,√,√", "合计,,,,"]
    job = receive_import(
        register=ImportedFile.Register.KEY_LIST,
        chunks=["\r\n".join(lines).encode("gb18030")],
        filename="重点单位名录（征求意见稿）.csv",
        actor=users["planner1"],
    )
    read_import(job=job, today=today, now=now)
    return job
