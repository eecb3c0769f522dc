from typing import Any

from django.utils.translation import gettext as _

from sampling.plan_command import PlanCommand
from sampling.services.plans import draft_plan


class Command(PlanCommand):
    help = "编制一个季度的抽查计划"

    def act(self, *, actor: Any, quarter: str, **options: Any) -> None:
        plan = draft_plan(quarter=quarter, actor=actor)
        self.say(_("%(plan)s已建立，状态：编制中。") % {"plan": plan})
