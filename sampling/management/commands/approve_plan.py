from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sampling.management.plan_command import PlanCommand
from sampling.services.draws import approve_plan


class Command(PlanCommand):
    help = "批准抽取程序（批准人不能是编制或抽取人）"

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        approve_plan(number=number, actor=actor, now=timezone.now())
        self.say(_("抽取程序已批准，任务将按批次派发。"))
