from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sampling.management.plan_command import PlanCommand
from sampling.services.freezing import withdraw_freeze


class Command(PlanCommand):
    help = "在公布的随机源时刻之前撤回冻结（原因永久公开）"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", required=True, help=_("撤回原因"))

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        withdraw_freeze(number=number, actor=actor, reason=options["reason"], now=timezone.now())
        self.say(_("冻结已撤回，计划恢复为编制中。"))
