"""Published results made without the staff side, for pages and files that read them."""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from disclosure.models import PublicResult
from disclosure.rules.paging import result_quarter
from inspections.choices import OutcomeCode
from registry.rules.uscc import make_uscc

FIRST_DAY = date(2026, 1, 12)


def result(number: int, **changes: Any) -> PublicResult:
    """The unsaved ``number``-th result: one a day, of twelve enterprises in turn."""
    checked_on = FIRST_DAY + timedelta(days=number)
    unit = number % 12
    plan_number = f"{checked_on.year}Q{(checked_on.month + 2) // 3}"
    outcome = str(1 + number % 3)
    values: dict[str, Any] = {
        "enterprise_name": f"昌吉第{unit:02d}号环保科技有限公司",
        "uscc": make_uscc(f"91652300MA8{unit:06d}"),
        "register_code": f"PS{unit:05d}",
        "category": ("重点", "一般", "特殊")[number % 3],
        "items": "排污许可执行情况",
        "checked_on": checked_on,
        "authority": "昌吉高新区环境保护局",
        "outcome": outcome,
        "handling": "" if outcome == "1" else "限期整改",
        "published_on": checked_on + timedelta(days=20),
        "plan_number": plan_number,
        "assignment_number": f"RW-{number:06d}",
        "sampling_type": "不定向",
        "method": "现场",
        "completed_on": checked_on + timedelta(days=5),
        "due_on": checked_on + timedelta(days=33),
        **changes,
    }
    values.setdefault("enterprise_key", values["uscc"] or values["register_code"])
    values.setdefault("quarter", result_quarter(values["plan_number"], values["checked_on"]))
    values.setdefault("outcome_text", str(OutcomeCode(values["outcome"]).label))
    return PublicResult(**values)


def publish(count: int, **changes: Any) -> list[PublicResult]:
    rows = PublicResult.objects.bulk_create([result(n, **changes) for n in range(count)])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE disclosure_publicresult")
    return rows
