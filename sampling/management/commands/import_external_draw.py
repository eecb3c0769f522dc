from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.rules.cells import BadCell, read_date
from registry.web.commands import HouseCommand, add_user, existing_file, user_named
from sampling.services.external_draws import (
    ExternalDrawRefused,
    ExternalList,
    NotAnExternalDraw,
    import_external_draw,
    read_external_list,
)


class Command(HouseCommand):
    help = "导入上级平台抽好的名单，标记为外部抽取（在此不可复核）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quarter", help="2027Q1")
        parser.add_argument("file", help=_(".xlsx、.xls 或 .csv 文件"))
        parser.add_argument("--platform", required=True, help=_("抽取平台"))
        parser.add_argument("--drawn-on", required=True, help=_("抽取日期，如 2027-01-05"))
        parser.add_argument("--dry-run", action="store_true", help=_("只核对，不写入"))
        add_user(parser)

    def run(self, **options: Any) -> None:
        path = existing_file(options["file"])
        try:
            drawn_on = read_date(options["drawn_on"])
        except BadCell as error:
            raise NotAnExternalDraw(str(error)) from error
        if drawn_on is None:
            raise NotAnExternalDraw(_("请用 --drawn-on 写明抽取日期。"))
        actor, now = user_named(options["user"]), timezone.now()
        listed = read_external_list(
            path=path, filename=path.name, actor=actor, today=timezone.localdate(now)
        )
        self._say_what_was_read(listed)
        if options["dry_run"]:
            return
        plan = import_external_draw(
            quarter=options["quarter"],
            platform=options["platform"],
            drawn_on=drawn_on,
            path=path,
            filename=path.name,
            actor=actor,
            now=now,
        )
        self.say(
            _("%(plan)s（%(number)s）已导入 %(count)d 家，请局领导批准。")
            % {"plan": plan, "number": plan.number, "count": plan.external.units}
        )

    def _say_what_was_read(self, listed: ExternalList) -> None:
        """Named as the page names it; rows that have to be mended end the command."""
        if listed.ignored_columns:
            self.say(_("没有对应的列（未读取）：") + "、".join(listed.ignored_columns))
        for note in listed.notes:
            self.say(note)
        for line in listed.skipped:
            self.say(_("跳过 %(line)s") % {"line": line})
        if listed.errors:
            raise ExternalDrawRefused(listed.errors)
        self.say(listed.summary())
