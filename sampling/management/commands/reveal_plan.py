from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sampling.plan_command import PlanCommand
from sampling.services.draws import reveal_plan


class Command(PlanCommand):
    help = "公开复核材料（全部任务完成后）"

    def act(self, *, actor: Any, quarter: str, **options: Any) -> None:
        reveal_plan(quarter=quarter, actor=actor, now=timezone.now())
        self.say(_("复核材料已公开，任何人都可以重算本次抽取。"))
