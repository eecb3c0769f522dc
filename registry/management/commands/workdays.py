from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from registry.clocks.selectors import work_calendar
from registry.web.commands import HouseCommand

FIRST_YEAR, LAST_YEAR = 2000, 2099


class Command(HouseCommand):
    help = "某日之后第 N 个工作日；超出官方通知年度的注明“暂定”"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", help="YYYY-MM-DD")
        parser.add_argument("n", type=int)

    def run(self, **options: Any) -> None:
        try:
            start = date.fromisoformat(options["date"])
        except ValueError as error:
            raise CommandError(
                _("“%(text)s”不是日期，请写成 2026-03-06 的形式。") % {"text": options["date"]}
            ) from error
        if not 0 <= options["n"] <= 5000:
            raise CommandError(_("工作日数应在 0 到 5000 之间。"))
        if not FIRST_YEAR <= start.year <= LAST_YEAR:
            raise CommandError(
                _("只能计算 %(first)d 至 %(last)d 年的日期。")
                % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        calendar = work_calendar()
        day = calendar.add(start, options["n"])
        mark = _(" 暂定") if calendar.is_provisional(day) else ""
        self.say(f"{day.isoformat()}{mark}")
