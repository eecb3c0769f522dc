from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chanji_dualrandom.demo.changes import (
    change_registers,
    keep_people,
    merge_records,
    take_over_item_list,
)
from chanji_dualrandom.demo.checks import play_checks
from chanji_dualrandom.demo.clues import ClueDesk
from chanji_dualrandom.demo.grading import grade_units
from chanji_dualrandom.demo.guide import write_guide
from chanji_dualrandom.demo.imports import offer_key_list
from chanji_dualrandom.demo.other_plans import play_other_plans
from chanji_dualrandom.demo.people import make_accounts, make_inspectors
from chanji_dualrandom.demo.quarters import FinishedQuarter, RunningQuarter, report
from chanji_dualrandom.demo.units import make_sources
from disclosure.services.sweep import catch_up
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import start_plan_clock
from registry.models import PollutionSource
from registry.rules.quarter import Quarter
from registry.web.commands import HouseCommand


@contextmanager
def _without_query_log() -> Iterator[None]:
    """In debug mode Django keeps a log, and on SQLite asks the database for each parameter of each
    query how to quote it: a fifth of the time for what nobody reads here."""
    database = connections[DEFAULT_DB_ALIAS]
    database.make_debug_cursor = lambda cursor: database.make_cursor(cursor)
    try:
        yield
    finally:
        del database.make_debug_cursor


class Command(HouseCommand):
    help = "建立示范局（仅限空数据库）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help=_("数据库非空时什么也不做"))

    def run(self, **options: Any) -> None:
        if PollutionSource.objects.exists() or get_user_model().objects.exists():
            if options["if_empty"]:
                return
            raise CommandError(_("数据库中已有单位或账号，不能写入示范数据。"))
        if not Group.objects.exists():
            raise CommandError(
                _("请先运行 load_calendar、load_checklists 和 setup_roles（make run 会一并完成）。")
            )
        now = timezone.now()
        with _without_query_log(), transaction.atomic():
            self._build(now)
        catch_up(now=timezone.now())
        self.say(_("示范局已建立，账号见 var/demo-accounts.txt"))

    def _build(self, now: Any) -> None:
        this = Quarter.of(timezone.localdate(now))
        step = self.steps(this.number + 7)
        calendar = work_calendar()
        step(_("账号与执法人员"))
        users = make_accounts()
        make_inspectors(users, year=this.year)
        step(_("污染源名录"))
        make_sources(
            today=timezone.localdate(now), planner=users["planner1"], director=users["director1"]
        )
        for number in range(1, this.number):
            step(_("%(quarter)s：已办结") % {"quarter": Quarter(this.year, number)})
            FinishedQuarter(
                Quarter(this.year, number), users=users, calendar=calendar, now=now
            ).play()
            report(Quarter(this.year, number), users=users, calendar=calendar, now=now)
        step(_("%(quarter)s：正在办理") % {"quarter": this})
        RunningQuarter(this, users=users, calendar=calendar, now=now).play()
        step(_("补充、专项与联合抽查"))
        play_other_plans(this, users=users, now=now)
        step(_("线索与抽查外检查"))
        ClueDesk(users, calendar=calendar, now=now).play()
        play_checks(users=users, calendar=calendar, now=now)
        step(_("分级分类"))
        grade_units(users=users, now=now)
        step(_("名录变更与合并"))
        change_registers(users=users, now=now)
        merge_records(users=users, now=now)
        keep_people(users=users, now=now)
        step(_("宣传与清单"))
        write_guide(users=users, now=now)
        take_over_item_list(users=users, now=now)
        offer_key_list(users=users, now=now)
        start_plan_clock(quarter=this.next, calendar=calendar)
