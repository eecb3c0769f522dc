from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.web.commands import moment
from sampling.management.plan_command import PlanCommand
from sampling.models import SamplingPlan
from sampling.rules.plan_number import PlanKind, PlanNumber
from sampling.services.freezing import freeze_plan
from sampling.services.plans import draft_plan


class Command(PlanCommand):
    help = "冻结抽取池并公布承诺；计划尚未编制时按本局设定先行编制"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--entropy-source", required=True, help=_("公开随机源，如某期彩票"))
        parser.add_argument("--entropy-at", required=True, help=_("最早可知时刻（ISO）"))
        parser.add_argument("--outside-window-reason", default="", help=_("时段外冻结的原因"))

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        entropy_at = moment(options["entropy_at"])
        with transaction.atomic():  # a refused freeze leaves no draft behind
            quarterly = PlanNumber.parse(number).kind == PlanKind.QUARTERLY
            if quarterly and not SamplingPlan.objects.filter(number=number).exists():
                draft_plan(quarter=number, actor=actor)
            draw = freeze_plan(
                number=number,
                actor=actor,
                entropy_source=options["entropy_source"],
                entropy_at=entropy_at,
                now=timezone.now(),
                outside_window_reason=options["outside_window_reason"],
            )
        for line in draw.plan.quotas.all():
            self.say(f"{line.label}：{line.explanation}")
        self.say(_("抽取池摘要 %(digest)s") % {"digest": draw.pool_digest})
        self.say(_("随机数承诺 %(commitment)s") % {"commitment": draw.commitment})
        if draw.outside_window_reason:
            self.say(_("注意：在法定时段外冻结，原因将永久公开。"))
