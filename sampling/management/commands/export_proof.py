from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from registry.web.commands import HouseCommand, add_user, user_named
from sampling.rules.plan_number import PlanNumber
from sampling.rules.protocol import dump_bundle
from sampling.services.proofs import published_bundle, read_sealed_bundle


class Command(HouseCommand):
    help = "在标准输出打印复核材料（JSON）；公开前仅限有密封读取权限的人，并留痕"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help=_("计划编号，如 2027Q1 或 2027Q1-S1"))
        parser.add_argument("--sealed", action="store_true", help=_("公开前密封读取"))
        parser.add_argument(
            "--reason", default="", help=_("密封读取的理由，必填，全体工作人员可见")
        )
        add_user(parser, required=False)

    def run(self, **options: Any) -> None:
        number = str(PlanNumber.parse(options["number"]))
        if not options["sealed"]:
            bundle = published_bundle(number)
        elif options["user"]:
            bundle = read_sealed_bundle(
                number=number, actor=user_named(options["user"]), reason=options["reason"]
            )
        else:
            raise CommandError(_("密封读取须用 --user 说明是谁在读取。"))
        self.stdout.write(dump_bundle(bundle))
