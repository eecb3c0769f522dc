from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.services.dispatch import dispatch_wave
from sampling.management.plan_command import PlanCommand


class Command(PlanCommand):
    help = "派发下一批任务"

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        made = dispatch_wave(number=number, actor=actor, now=timezone.now())
        self.say(_("已派发 %(count)d 项任务，检查组可在平板上接收。") % {"count": len(made)})
