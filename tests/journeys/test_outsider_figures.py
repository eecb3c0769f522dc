"""Someone with nothing but the open data makes every public figure of a finished quarter again."""

import json
import re
from pathlib import Path

import pytest
from django.utils import timezone

from chanji_dualrandom.demo.people import make_accounts, make_inspectors
from chanji_dualrandom.demo.quarters import FinishedQuarter
from chanji_dualrandom.demo.units import make_sources
from disclosure.choices import WithholdingGround
from disclosure.models import PublicationLink
from disclosure.services.publishing import withdraw_result
from disclosure.services.statutory_report import issue_report
from disclosure.services.sweep import publication_sweep
from disclosure.services.withholding import (
    decide_withholding,
    lift_withholding,
    propose_withholding,
)
from disclosure.tests.public.test_open_data import Outsider, body, cells, rows
from registry.clocks.selectors import work_calendar
from registry.rules.quarter import Quarter
from tests.cast import prepare_house
from tests.databases import World, world_fixture

pytestmark = pytest.mark.django_db
PROGRESS = ("抽取", "已派发", "已检查", "已完成", "已公示", "不予公开")


def finished_and_reported() -> Quarter:
    """The last quarter, finished; one of its results withdrawn, one withheld, its report issued."""
    prepare_house()
    now, users = timezone.now(), make_accounts()
    today = timezone.localdate(now)
    last = Quarter.of(today).previous
    make_inspectors(users, year=last.year)
    make_sources(today=today, planner=users["planner1"], director=users["director1"])
    FinishedQuarter(last, users=users, calendar=work_calendar(), now=now).play()
    link = PublicationLink.objects.filter(state="published", assignment__plan__isnull=False)[0]
    withdraw_result(link_id=link.pk, actor=users["director1"], note="记录有误", now=now)
    _withhold(users, now)
    publication_sweep(now=now)
    issue_report(quarter=last, actor=users["publisher1"], note="", now=now, today=today)
    return last


world_finished_quarter = world_fixture(World("finished_quarter", finished_and_reported))


@pytest.fixture
def quarter(world_finished_quarter: Quarter, evidence_root: Path) -> Quarter:
    return world_finished_quarter


def _withhold(users, now):  # type: ignore[no-untyped-def]
    waiting = PublicationLink.objects.filter(state="waiting", assignment__plan__isnull=False)
    for number, link in enumerate(list(waiting[:2])):
        row = propose_withholding(
            link_id=link.pk, actor=users["publisher1"], reason="涉密车间",
            ground=WithholdingGround.CONFIDENTIAL,
        )  # fmt: skip
        decide_withholding(withholding_id=row.pk, actor=users["director1"], approve=True, now=now)
        if number:  # the ground of the second has gone
            lift_withholding(link_id=link.pk, actor=users["director1"], note="已解密", now=now)


def figures(page: str) -> dict[str, str]:
    """The numbers of a plan's page and of the home page: text beside <b>."""
    found = dict(re.findall(r"<li>([^<]+)<b>([^<]+)</b></li>", page))
    return {**found, **{name: number for number, name in
                        re.findall(r"<li><b>([^<]+)</b>([^<]+)</li>", page)}}  # fmt: skip


def test_every_figure_of_a_finished_quarter_follows_from_the_open_data(quarter: Quarter) -> None:
    results, problems, notices = rows("results"), rows("problems"), rows("notices")
    progress, plans, draws = rows("progress"), rows("plans"), rows("draws")
    outsider, today = Outsider(results, problems), timezone.localdate().isoformat()
    statistics = cells(body("/statistics/").decode())
    assert len(progress) == 1
    for told in progress:
        number = told["抽查计划编号"]
        of_plan = [row for row in results if row["抽查计划编号"] == number]
        keys = {row["抽查任务编号"] for row in of_plan}
        found = [row for row in problems if row["抽查任务编号"] in keys]
        bundle = json.loads(body(next(d["地址"] for d in draws if d["抽查计划编号"] == number)))
        quotas = [
            int(p["抽取数"])
            for p in plans
            if p["抽查计划编号"] == number and not p["撤回或作废原因"]
        ]
        kinds = [n["变更"] for n in notices if n["抽查计划编号"] == number]
        withheld = kinds.count("不予公开") - kinds.count("解除不予公开")
        selected = [unit for units in bundle["selected"].values() for unit in units]

        # A finished plan: everything drawn was dispatched, inspected, completed, and published or
        # withheld by law. Each of these numbers stands in a table of its own.
        again = {
            "抽取": sum(quotas), "已派发": len(selected), "已检查": len(selected),
            "已完成": len(of_plan) + withheld, "已公示": len(of_plan),
            "不予公开": withheld, "发现问题": len(found),
            "已销号": sum(row["销号日期"] != "" for row in found),
        }  # fmt: skip

        again = {name: str(value) for name, value in again.items()}
        assert figures(body(f"/plans/{number}/").decode()) == again
        assert statistics[number] == [again[name] for name in PROGRESS]
        assert [told[name] for name in PROGRESS] == [again[name] for name in PROGRESS]
        assert (told["发现问题"], told["问题已销号"]) == (again["发现问题"], again["已销号"])

    columns = ("results", "random", "key", "special", "general", "with_problem", "problem_rate",
               "on_time", "on_time_rate", "withdrawn")  # fmt: skip
    for name in sorted({row["季度"] for row in results}):
        line = outsider.line(name)
        assert statistics[Quarter.parse(name).label] == [line[column] for column in columns]
    codes = {row["结果代码"]: row["检查结果"] for row in results if row["结果代码"]}
    assert {codes[code]: str(n) for code, n in outsider.outcomes().items()}.items() <= {
        name: values[0] for name, values in statistics.items()
    }.items()
    for kind in {row["处理方式"] for row in problems if row["处理方式"]}:
        assert statistics[kind] == outsider.handling(kind, today)


def test_the_home_page_and_the_statutory_report_follow_from_it_too(quarter: Quarter) -> None:
    progress, report = rows("progress"), rows("statutory")
    of_quarter = [row for row in progress if row["抽查计划编号"].startswith(str(quarter))]
    planned = [row for row in rows("plans") if row["抽查计划编号"].startswith(str(quarter))]
    home = body("/").decode()

    shown = figures(home)

    assert shown["计划抽查"] == str(sum(int(row["抽取数"]) for row in planned))
    for name, column in (("已抽取", "抽取"), ("已检查", "已检查"), ("已公示", "已公示")):
        assert shown[name] == str(sum(int(row[column]) for row in of_quarter))
    assert Outsider(rows("results"), []).line(str(quarter))["on_time_rate"] in home
    numbers = {row["项目"]: int(row["数量"]) for row in report}
    checks = sum(numbers[f"checks_{category}"] for category in ("general", "key", "special"))
    page = cells(body("/reports/").decode())
    assert page["公示率"][0] == Outsider.share(numbers["published"], checks)
    assert page["处理率"][0] == Outsider.share(
        numbers["problems_handled"], numbers["problems_found"]
    )
    assert numbers["published"] == sum(int(row["已公示"]) for row in of_quarter)
    assert all(row["项目名称"] for row in report)
