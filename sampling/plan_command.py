"""Commands on one plan: quarter and --user in, one service call, one Chinese line out."""

from typing import Any

from django.core.management.base import CommandParser

from registry.commands import HouseCommand, add_user, user_named
from registry.rules.quarter import Quarter


class PlanCommand(HouseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quarter", help="2027Q1")
        add_user(parser)

    def run(self, **options: Any) -> None:
        options["quarter"] = str(Quarter.parse(options["quarter"]))
        self.act(actor=user_named(options["user"]), **options)

    def act(self, *, actor: Any, quarter: str, **options: Any) -> None:
        raise NotImplementedError
