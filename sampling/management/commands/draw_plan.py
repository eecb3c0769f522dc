from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sampling.management.plan_command import PlanCommand
from sampling.services.draws import draw_plan


class Command(PlanCommand):
    help = "在见证人面前抽取"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--entropy", required=True, help=_("公开随机源的取值"))
        parser.add_argument("--witness", action="append", default=[], help=_("见证人，至少两名"))

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        draw = draw_plan(
            number=number,
            actor=actor,
            entropy=options["entropy"],
            witnesses=options["witness"],
            now=timezone.now(),
        )
        total = sum(line["quota"] for line in draw.quotas)
        self.say(
            _("已抽取 %(total)d 家，名单密封；结果摘要 %(digest)s")
            % {"total": total, "digest": draw.result_digest}
        )
