"""Quarters on the page of the reports, each with where its statutory report stands."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from disclosure.selectors import reported_quarters
from registry.rules.tones import OK, WARN, Tag


def quarter_rows(*, today: date) -> list[dict[str, Any]]:
    return [{**row, "tag": _tag(row)} for row in reported_quarters(today=today)]


def _tag(row: dict[str, Any]) -> Tag:
    if issue := row["issued"]:
        said = {"day": f"{localdate(issue.issued_at):%Y-%m-%d}", "n": issue.version}
        return Tag(_("%(day)s 报出第%(n)s版") % said, OK)
    if row["over"]:
        return Tag(_("未报出"), WARN)
    return Tag(_("本季进行中") if row["begun"] else _("本季尚未开始"))
