from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from registry.grading.services.risk import assess_sources
from registry.web.commands import HouseCommand, add_user, user_named


class Command(HouseCommand):
    help = "测算全部在册单位的风险等级，生成待确认的建议（不改动任何等级）"

    def add_arguments(self, parser: CommandParser) -> None:
        add_user(parser, required=False)

    def run(self, **options: Any) -> None:
        actor = user_named(options["user"]) if options["user"] else None
        self.say(assess_sources(today=timezone.localdate(), actor=actor).summary())
