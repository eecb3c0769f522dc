from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.commands import HouseCommand, add_user, existing_file, user_named
from registry.rules.cells import BadCell, read_date
from sampling.services.external import NotAnExternalDraw, import_external_draw


class Command(HouseCommand):
    help = "导入上级平台抽好的名单，标记为外部抽取（在此不可复核）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quarter", help="2027Q1")
        parser.add_argument("file", help=_(".xlsx、.xls 或 .csv 文件"))
        parser.add_argument("--platform", required=True, help=_("抽取平台"))
        parser.add_argument("--drawn-on", required=True, help=_("抽取日期，如 2027-01-05"))
        add_user(parser)

    def run(self, **options: Any) -> None:
        path = existing_file(options["file"])
        try:
            drawn_on = read_date(options["drawn_on"])
        except BadCell as error:
            raise NotAnExternalDraw(str(error)) from error
        if drawn_on is None:
            raise NotAnExternalDraw(_("请用 --drawn-on 写明抽取日期。"))
        plan = import_external_draw(
            quarter=options["quarter"],
            platform=options["platform"],
            drawn_on=drawn_on,
            path=path,
            filename=path.name,
            actor=user_named(options["user"]),
            now=timezone.now(),
        )
        self.say(
            _("%(plan)s（%(number)s）已导入 %(count)d 家，请局领导批准。")
            % {"plan": plan, "number": plan.number, "count": plan.external.units}
        )
