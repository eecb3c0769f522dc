from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sampling.management.plan_command import PlanCommand
from sampling.services.voids import decide_void, propose_void


class Command(PlanCommand):
    help = "宣布抽取作废：一人用 --reason 提出，另一人用 --confirm 确认或 --reject 驳回"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--reason", help=_("提出作废，原因永久公开"))
        what.add_argument("--confirm", action="store_true", help=_("确认作废，全部公开"))
        what.add_argument("--reject", action="store_true", help=_("不同意作废"))

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        if options["reason"] is not None:
            propose_void(number=number, actor=actor, reason=options["reason"], now=timezone.now())
            self.say(_("已提出作废，须由另一位局领导确认。"))
        elif options["confirm"] or options["reject"]:
            decide_void(number=number, actor=actor, confirm=options["confirm"], now=timezone.now())
            self.say(
                _("抽取已作废并全部公开，可以重新冻结。")
                if options["confirm"]
                else _("作废申请已驳回。")
            )
        else:
            raise CommandError(_("请写明 --reason 原因、--confirm 或 --reject 之一。"))
