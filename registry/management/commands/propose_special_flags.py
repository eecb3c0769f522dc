from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from registry.grading.services.special_flags import propose_special_flags
from registry.web.commands import HouseCommand, add_user, user_named


class Command(HouseCommand):
    help = "按本局设定的界线提议列入或终止特殊监管（由人批准后才生效）"

    def add_arguments(self, parser: CommandParser) -> None:
        add_user(parser, required=False)

    def run(self, **options: Any) -> None:
        actor = user_named(options["user"]) if options["user"] else None
        self.say(propose_special_flags(today=timezone.localdate(), actor=actor).summary())
