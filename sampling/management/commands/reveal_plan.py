from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sampling.management.plan_command import PlanCommand
from sampling.services.proofs import reveal_plan


class Command(PlanCommand):
    help = "公开复核材料（全部任务完成、结果全部公示后）"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--reason", default="", help=_("有不予公开单位仍公开、或逾期公开的理由")
        )

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        reveal_plan(
            number=number,
            actor=actor,
            reason=options["reason"],
            now=timezone.now(),
        )
        self.say(_("复核材料已公开，任何人都可以重算本次抽取。"))
