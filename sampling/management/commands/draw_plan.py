import re
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sampling.management.plan_command import PlanCommand
from sampling.rules.witnesses import WitnessEntry
from sampling.services.draws import draw_plan

WITNESS = re.compile(r"([^/:：]+)/([^:：]+)[:：](.+)")


def witness(text: str) -> WitnessEntry:
    """纪检监察组/何一: 03 07 11 19 24 30+08"""
    match = WITNESS.fullmatch(text)
    if match is None:
        raise CommandError(
            _("见证人“%s”应写成“代表单位/姓名: 取值”，取值由见证人自己对照官方公布读出。") % text
        )
    return WitnessEntry(*(part.strip() for part in match.groups()))


class Command(PlanCommand):
    help = "在见证人面前抽取"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--value", required=True, help=_("公开随机源的取值，多个随机源以分号分开")
        )
        parser.add_argument(
            "--witness",
            action="append",
            default=[],
            help=_("见证人，至少两名：代表单位/姓名: 本人读出的取值"),
        )

    def act(self, *, actor: Any, number: str, **options: Any) -> None:
        draw = draw_plan(
            number=number,
            actor=actor,
            value=options["value"],
            witnesses=[witness(text) for text in options["witness"]],
            now=timezone.now(),
        )
        total = sum(line["quota"] for line in draw.quotas)
        self.say(
            _("已抽取 %(total)d 家，名单密封；结果树根 %(root)s")
            % {"total": total, "root": draw.record["outcome_root"]}
        )
