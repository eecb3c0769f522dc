from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.web.commands import day
from sampling.management.plan_command import PlanCommand
from sampling.models import SamplingPlan
from sampling.rules.plan_number import PlanKind, PlanNumber
from sampling.rules.source_text import FORM, read_source
from sampling.selectors import sources_of
from sampling.services.freezing import freeze_plan, proposed_sources
from sampling.services.plans import draft_plan


class Command(PlanCommand):
    help = "冻结抽取池并公布承诺；计划尚未编制时按本局设定先行编制"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--entropy",
            action="append",
            help=_("公开随机源，写成%(form)s；可多次，不写则采用下一期") % {"form": FORM},
        )
        parser.add_argument("--draw-by", type=day, help=_("抽取期限（年-月-日）"))
        parser.add_argument("--reveal-by", type=day, help=_("公开复核材料的期限（年-月-日）"))
        parser.add_argument("--outside-window-reason", default="", help=_("时段外冻结的原因"))

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        now = timezone.now()
        entropy = [read_source(text) for text in options["entropy"] or ()]
        with transaction.atomic():  # a refused freeze leaves no draft behind
            quarterly = PlanNumber.parse(number).kind == PlanKind.QUARTERLY
            if quarterly and not SamplingPlan.objects.filter(number=number).exists():
                draft_plan(quarter=number, actor=actor)
            draw = freeze_plan(
                number=number,
                actor=actor,
                entropy=entropy or proposed_sources(now=now)[:1],
                draw_by=options["draw_by"],
                reveal_by=options["reveal_by"],
                now=now,
                outside_window_reason=options["outside_window_reason"],
            )
        for line in draw.plan.quotas.all():
            self.say(f"{line.label}：{line.explanation}")
        for source in sources_of(draw):
            self.say(
                _("公开随机源 %(name)s，%(at)s 揭晓") % {"name": source["name"], "at": source["at"]}
            )
        self.say(_("公告摘要 %(digest)s") % {"digest": draw.announcement_digest})
        self.say(_("抽取池摘要 %(digest)s") % {"digest": draw.pool_digest})
        self.say(_("随机数承诺 %(commitment)s") % {"commitment": draw.commitment})
        if draw.outside_window_reason:
            self.say(_("注意：在法定时段外冻结，原因将永久公开。"))
