"""Pollution sources of the demonstration bureau: invented, with right check digits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo.dice import Dice
from chanji_dualrandom.demo.places import Streets, boundary_file
from registry.models import ConflictOfInterest, Inspector, PollutionSource, SpecialFlag
from registry.rules.uscc import make_uscc
from registry.services.map_boundary import set_boundary


@dataclass(frozen=True)
class Trade:
    """``grid``: where its plants mostly stand; ``weight``: how common it is among general units;
    ``classes``: as what its large ones are key units, if they are."""

    name: str
    code: str
    industry: str
    pollutants: tuple[str, ...]
    grid: int
    weight: int
    classes: tuple[str, ...] = ()


WATER, GAS, SOLID, HAZARD, NOISE = (
    "wastewater", "waste_gas", "solid_waste", "hazardous_waste", "noise",
)  # fmt: skip
TRADES = (
    Trade("化工", "2614", "有机化学原料制造", (WATER, GAS, HAZARD), 0, 8, ("water", "air", "risk")),
    Trade("新材料", "2651", "初级形态塑料及合成树脂制造", (GAS, HAZARD), 0, 7, ("air", "risk")),
    Trade("塑业", "2921", "塑料薄膜制造", (GAS, SOLID), 0, 9),
    Trade("混凝土", "3021", "水泥制品制造", (GAS, NOISE), 3, 8),
    Trade("新型建材", "3031", "粘土砖瓦及建筑砌块制造", (GAS, SOLID), 3, 6, ("air",)),
    Trade("钢结构", "3311", "金属结构制造", (GAS, NOISE, HAZARD), 3, 10),
    Trade("机械制造", "3484", "机械零部件加工", (GAS, SOLID, NOISE), 3, 11),
    Trade("农机", "3572", "机械化农业及园艺机具制造", (GAS, NOISE), 3, 5),
    Trade("食品", "1432", "速冻食品制造", (WATER,), 2, 8, ("water",)),
    Trade("乳业", "1440", "乳制品制造", (WATER, GAS), 2, 3, ("water",)),
    Trade("番茄制品", "1453", "蔬菜、水果罐头制造", (WATER, SOLID), 2, 4, ("water",)),
    Trade("油脂", "1331", "食用植物油加工", (WATER, GAS), 2, 6),
    Trade("面业", "1311", "稻谷加工", (GAS, NOISE), 2, 4),
    Trade("纺织", "1711", "棉纺纱加工", (WATER, NOISE), 5, 7, ("water",)),
    Trade("包装", "2231", "纸和纸板容器制造", (WATER, GAS), 5, 7),
    Trade("印务", "2319", "包装装潢及其他印刷", (GAS, HAZARD), 5, 6),
    Trade("制药", "2710", "化学药品原料药制造", (WATER, GAS, HAZARD), 4, 3, ("water", "risk")),
    Trade("生物科技", "2730", "中药饮片加工", (WATER, SOLID), 4, 6),
    Trade("检测技术", "7452", "检测服务", (WATER, HAZARD), 4, 4),
    Trade("电子科技", "3982", "电子电路制造", (WATER, GAS, HAZARD), 4, 3, ("water", "soil")),
    Trade("热力", "4430", "热力生产和供应", (GAS, SOLID), 1, 4, ("air",)),
    Trade("水务", "4620", "污水处理及其再生利用", (WATER, SOLID), 1, 2, ("water",)),
    Trade("再生资源", "4220", "非金属废料和碎屑加工处理", (GAS, SOLID), 1, 6, ("soil",)),
    Trade("汽车服务", "8111", "汽车修理与维护", (WATER, HAZARD), 1, 10),
)
KEY_TRADES = tuple(trade for trade in TRADES if trade.classes)
# Two from these make a name of its own for each.
FIRST, SECOND = "沃岚昀砺珩屹澜烨钰翊凌泓铭骏崇沐晟瑾", "岳川泽桓丰越源森朗宁辰途禾鼎"
FORMS = (
    "昌吉市{}有限公司", "昌吉市{}有限责任公司", "昌吉{}有限公司", "新疆{}有限公司",
    "新疆{}股份有限公司", "昌吉州{}有限责任公司",
)  # fmt: skip
OFTEN = (30, 14, 22, 18, 6, 10)
PROJECT_NAMES = ("二期扩建项目", "新建厂房项目", "生产线技术改造项目", "锅炉煤改气项目")
FAMILY = "王李张刘陈杨马赵黄周吴徐孙朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "伟建国志强海军永刚文斌晓燕丽华秀兰新民玉梅雪峰春玲保平振宇佳慧"
OTHERS = (
    "阿迪力·买买提", "古丽娜·艾合买提", "努尔兰·叶尔肯", "马占海", "艾力·吐尔逊", "叶尔波·哈那提",
    "麦合木提·依明", "马秀英",
)  # fmt: skip
KEYS, GENERALS, SPECIAL_GENERALS, PROJECTS = 20, 150, 7, 10
SPECIAL_KEYS = (2, 9, 15)
POSITIVE = 6
SCATTER = 7_919  # a prime: codes that do not follow one another, and none twice
REASONS = ("serious_violation", "many_complaints", "low_credit", "high_risk", "unstable_compliance")


class Founder:
    """Founds one enterprise after the other; in every bureau the same."""

    def __init__(self) -> None:
        self.dice = Dice("名录")
        self.streets = Streets(self.dice)
        words = [first + second for first in FIRST for second in SECOND]
        self.words: Iterator[str] = iter(self.dice.sample(words, len(words)))

    def found(self, number: int, *, kind: str, type_: str) -> PollutionSource:
        dice, key = self.dice, type_ == "key"
        trade = self._trade(KEY_TRADES if key else TRADES)
        # Now and then a plant stands where one would not look for its kind.
        grid = trade.grid if dice.random() < 0.8 else dice.randrange(6)
        place = self.streets.plot(grid)
        uscc = make_uscc(f"91652300MA7{(number * SCATTER + 104_729) % 1_000_000:06d}")
        return PollutionSource(
            code=f"PS{number + 1:05d}",
            name=self._name(trade, kind),
            uscc=uscc,
            kind=kind,
            regulatory_type=type_,
            key_classes=list(trade.classes) if key else [],
            address=place.address,
            longitude=place.longitude,
            latitude=place.latitude,
            legal_representative=self._person(),
            contact=self._person(),
            phone=f"0994-{number + 5000000}",
            industry_code=trade.code,
            industry_name=trade.industry,
            permit_number=f"{uscc}001P" if kind == "discharger" else "",
            permit_class="key" if key else dice.choice(("simplified", "registered")),
            pollutants=list(trade.pollutants),
            online_monitored=key,
            credit_grade=dice.choices(("trusted", "good", "warning", "bad"), (12, 40, 2, 1))[0],
            risk_grade=dice.choices(("low", "medium", "high"), (11, 6, 3))[0],
            grid=f"第{grid + 1}网格",
        )

    def _trade(self, trades: Sequence[Trade]) -> Trade:
        return self.dice.choices(trades, [trade.weight for trade in trades])[0]

    def _name(self, trade: Trade, kind: str) -> str:
        form = self.dice.choices(FORMS, OFTEN)[0]
        project = f"（{self.dice.choice(PROJECT_NAMES)}）" if kind == "construction" else ""
        return form.format(next(self.words) + trade.name) + project

    def _person(self) -> str:
        if self.dice.random() < 0.15:
            return self.dice.choice(OTHERS)
        given = "".join(self.dice.sample(GIVEN, self.dice.choice((1, 2, 2))))
        return self.dice.choice(FAMILY) + given


def _leave_gaps(rows: list[PollutionSource]) -> None:
    """A register is never whole: what the page 数据质量 finds, each with its mend. The contact
    stays: the party signs the demonstration records by that name."""
    for row in rows[24:29]:
        row.longitude = row.latitude = None
    swapped = rows[31]
    swapped.longitude, swapped.latitude = swapped.latitude, swapped.longitude
    rows[34].address = rows[33].address
    rows[36].name = rows[35].name
    for row in rows[40:47]:
        row.phone = ""
    rows[5].key_classes = []
    for row in rows[50:53]:
        row.industry_code = row.industry_name = ""
    rows[54].permit_number = rows[55].permit_number
    rows[56].grid = rows[57].grid = ""


def _let_permits_expire(rows: list[PollutionSource], today: date) -> None:
    """Permits are granted for five years; some have just run out, one runs out soon."""
    dice = Dice("许可证")
    for row in rows:
        if row.permit_number:
            row.permit_until = today + timedelta(days=dice.randrange(100, 1700))
    rows[58].permit_until = today - timedelta(days=12)
    rows[59].permit_until = today - timedelta(days=140)
    rows[60].permit_until = today + timedelta(days=25)
    rows[61].permit_until = None


def make_sources(*, today: date, planner: Any, director: Any) -> None:
    year = today.year
    types = ["key"] * KEYS + ["general"] * (GENERALS + SPECIAL_GENERALS)
    founder, dice = Founder(), Dice("标记")
    rows = [founder.found(n, kind="discharger", type_=type_) for n, type_ in enumerate(types)]
    rows += [
        founder.found(len(types) + n, kind="construction", type_="general") for n in range(PROJECTS)
    ]
    for row in dice.sample(rows[KEYS : KEYS + GENERALS], POSITIVE):
        row.positive_list = True
    for row in rows[:KEYS]:
        row.key_list_year = year
    for row in rows[:3]:
        row.key_list_year = year - 1
    _leave_gaps(rows)
    _let_permits_expire(rows, today)
    PollutionSource.objects.bulk_create(rows)
    special = [rows[n] for n in SPECIAL_KEYS] + rows[KEYS + GENERALS : len(types)]
    SpecialFlag.objects.bulk_create(
        [
            SpecialFlag(
                source=row,
                reason=dice.choice(REASONS),
                evidence="示范材料",
                state="approved",
                starts_on=date(year - 1, 12, 1),
                proposed_by=planner,
                approved_by=director,
                decision_reason="材料属实（示范）",
            )
            for row in special
        ]
    )
    officer = Inspector.objects.get(code="IN003")
    # Registered before the first of the year's plans was frozen, not the minute this is played.
    registered = datetime(year - 1, 12, 1, 10, tzinfo=timezone.get_current_timezone())
    PollutionSource.objects.update(created_at=registered)
    SpecialFlag.objects.update(created_at=registered, decided_at=registered)
    ConflictOfInterest.objects.create(
        inspector=officer, source=rows[4], kind="former_post", starts_on=date(year - 1, 1, 1)
    )
    set_boundary(
        title="示范园区范围",
        approval="虚构范围，仅供演示",
        content=boundary_file(),
        actor=director,
    )
