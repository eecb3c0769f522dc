"""Commands on one plan: its number and --user in, one service call, one Chinese line out."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from registry.web.commands import HouseCommand, add_user, user_named
from sampling.rules.plan_number import PlanNumber


class PlanCommand(HouseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help=_("计划编号，如 2027Q1 或 2027Q1-S1"))
        add_user(parser)

    def run(self, **options: Any) -> None:
        options["number"] = str(PlanNumber.parse(options["number"]))
        self.act(actor=user_named(options["user"]), **options)

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        raise NotImplementedError
