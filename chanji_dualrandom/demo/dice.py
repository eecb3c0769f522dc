"""Chance of the demonstration bureau: it falls the same way for the same quarter, and unlike in another."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo.records import Finding, Visit
from registry.clocks.rules.workdays import WorkCalendar

DAY = timedelta(days=1)
# In Xinjiang offices work from ten; a half-day is one visit of a team.
HALVES = ((10, 11), (15, 17))
# What is found at which of the ten must-checks, by how it is handled; the last two are found only
# where emissions are monitored online.
FOUND = {
    "corrected_on_spot": (
        (8, "危险废物贮存间标识缺失一处"),
        (8, "一般固废堆场防雨苫布局部破损"),
        (7, "环境管理台账漏记三日，当场补记并说明原因"),
        (5, "废水排放口标志牌字迹脱落"),
        (4, "车间集气罩一处软管脱落，当场接好"),
        (4, "原料堆场喷淋装置未开启，当场开启"),
        (9, "应急物资清单与库存不符，吸附棉少两箱"),
        (9, "应急池内有积水，当场排空"),
        (3, "排污许可证副本未在现场存放"),
        (6, "在线监测站房运维记录漏填两日"),
    ),
    "rectification": (
        (4, "废气治理设施活性炭更换记录不完整，未按周期更换"),
        (4, "布袋除尘器三条滤袋破损，厂房内可见粉尘外溢"),
        (2, "新增除尘设施建成后尚未完成自主验收"),
        (3, "上季度排污许可证执行报告未按期提交"),
        (7, "自行监测方案缺少厂界噪声项目"),
        (7, "委托监测报告缺少采样原始记录"),
        (5, "有组织排放采样平台围栏锈蚀，通道不符合规范"),
        (8, "废机油桶露天存放，未入危险废物贮存间"),
        (8, "危险废物转移联单与台账数量不一致"),
        (9, "突发环境事件应急预案到期，未重新备案"),
        (10, "去年检查指出的雨污分流不彻底问题仍有反复"),
        (6, "在线监测设备比对监测超期未做"),
    ),
    "penalty_case": (
        (4, "喷涂车间生产时废气治理设施停运，旁路阀门开启"),
        (1, "新增一条生产线，未办理环评手续即投入生产"),
        (8, "危险废物贮存超过一年，未申请延期"),
        (3, "超出许可证载明的排放方式排放废水"),
        (5, "厂界颗粒物无组织排放超过许可限值"),
        (6, "自动监控设备未正常联网，数据缺失超过规定时限"),
    ),
}
ONLINE = 6
DAYS_TO_CORRECT = (15, 20, 20, 30)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


class Dice(Random):
    def handlings(self, number: int) -> list[str]:
        """How what was found at each of ``number`` visits is handled; blank where nothing was. Of every
        kind at least one; a penalty among the first, so that it is decided within the quarter."""
        if not number:
            return []
        found = min(number, max(5, round(number * self.uniform(0.14, 0.36))))
        lighter = self.uniform(0.35, 0.6)
        kinds = ["corrected_on_spot", "rectification"]
        kinds += ["penalty_case"] * (self.random() < 0.4)
        while len(kinds) < found - 1:
            kinds.append("corrected_on_spot" if self.random() < lighter else "rectification")
        dealt = [""] * number
        first = self.randrange(max(1, number // 6))
        others = self.sample([n for n in range(number) if n != first], found - 1)
        for place, kind in zip([first, *others], ["penalty_case", *kinds], strict=False):
            dealt[place] = kind
        return dealt

    def findings(self, handling: str, *, online: bool) -> list[Finding]:
        """None for a blank; now and then a second one that is less serious."""
        found = [self._finding(handling, online)] if handling else []
        if handling and self.random() < 0.2:
            more = self._finding("corrected_on_spot", online)
            found += [more] if more.number != found[0].number else []
        return found

    def _finding(self, handling: str, online: bool) -> Finding:
        rows = [row for row in FOUND[handling] if online or row[0] != ONLINE]
        number, note = self.choice(rows)
        return Finding(number, note, handling, self.choice(DAYS_TO_CORRECT))

    def visit(self, begins: datetime, handling: str, *, online: bool, photo: bool = False) -> Visit:
        minutes = self.randrange(60, 130, 5) + (self.randrange(15, 60, 5) if handling else 0)
        return Visit(
            begins,
            timedelta(minutes=minutes),
            self.findings(handling, online=online),
            photo,
            idle=not handling and self.random() < 0.04,
        )


class Diary:
    """Who is where: no officer stands in two plants at the same time."""

    def __init__(self, dice: Dice, calendar: WorkCalendar) -> None:
        self.dice, self.calendar = dice, calendar
        self.taken: set[tuple[str, date, int]] = set()

    def visit_between(self, first: date, last: date, officers: Sequence[Any]) -> datetime:
        """A free half-day of the team, from ``first`` to ``last``."""
        halves = [(day, half) for day in self._workdays(first, last) for half in range(len(HALVES))]
        free = [
            (day, half)
            for day, half in halves
            if not any((person.code, day, half) in self.taken for person in officers)
        ]
        day, half = self.dice.choice(free or halves)
        self.taken |= {(person.code, day, half) for person in officers}
        return at(day, self.dice.randint(*HALVES[half]), self.dice.randrange(0, 60, 5))

    def _workdays(self, first: date, last: date) -> Iterator[date]:
        day = first
        while day <= max(first, last):
            if self.calendar.is_workday(day) or first >= last:
                yield day
            day += DAY

    def later(self, moment: datetime, least: int, most: int) -> datetime:
        """In office hours, so many working days after."""
        days = self.dice.randint(least, most)
        day = self.calendar.add(timezone.localdate(moment), days)
        wanted = at(day, self.dice.randint(10, 18), self.dice.randrange(60))
        return max(wanted, moment + timedelta(minutes=self.dice.randrange(15, 60)))

    def before(self, moment: datetime, after: datetime) -> datetime:
        """In office hours between the two, if there are any; else ``moment`` itself."""
        day = timezone.localdate(moment)
        while not self.calendar.is_workday(day):
            day -= DAY
        wanted = at(day, self.dice.randint(10, 18), self.dice.randrange(60))
        return wanted if after < wanted <= moment else moment
