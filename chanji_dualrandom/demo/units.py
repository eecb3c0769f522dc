"""Pollution sources of the demonstration bureau; USCCs with right check digits."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from registry.models import ConflictOfInterest, Inspector, PollutionSource, SpecialFlag
from registry.rules.uscc import make_uscc

TRADES = (
    ("化工", "2614", "有机化学原料制造", ["wastewater", "waste_gas", "hazardous_waste"]),
    ("建材", "3021", "水泥制品制造", ["waste_gas", "noise"]),
    ("食品", "1432", "速冻食品制造", ["wastewater"]),
    ("机械", "3412", "内燃机及配件制造", ["waste_gas", "solid_waste", "noise"]),
    ("热力", "4430", "热力生产和供应", ["waste_gas", "solid_waste"]),
    ("纺织", "1711", "棉纺纱加工", ["wastewater", "noise"]),
    ("制药", "2710", "化学药品原料药制造", ["wastewater", "waste_gas", "hazardous_waste"]),
    ("包装", "2319", "包装装潢及其他印刷", ["waste_gas", "hazardous_waste"]),
)
WORDS = (
    "博源", "恒泰", "绿洲", "天山", "瑞丰", "金禾", "远达", "宏图", "晨光", "润泽",
    "祥和", "盛源", "新启", "佳和", "众诚", "嘉禾", "普惠", "卓越", "启明", "长青",
)  # fmt: skip
KEYS, GENERALS, SPECIAL_GENERALS, PROJECTS = 20, 150, 7, 10
SPECIAL_KEYS = (2, 9, 15)
GRADES = ("low", "low", "medium", "low", "high")
REASONS = ("serious_violation", "many_complaints", "low_credit", "high_risk", "unstable_compliance")


def _source(number: int, *, kind: str, type_: str) -> PollutionSource:
    trade, code, industry, pollutants = TRADES[number % len(TRADES)]
    word = WORDS[number % len(WORDS)] + ("" if number < len(WORDS) else WORDS[number // 20 % 20])
    key = type_ == "key"
    uscc = make_uscc(f"91652300MA7{number:06d}")
    project = "（新建项目）" if kind == "construction" else ""
    return PollutionSource(
        code=f"PS{number + 1:05d}",
        name=f"昌吉示范{word}{trade}有限公司{project}",
        uscc=uscc,
        kind=kind,
        regulatory_type=type_,
        key_classes=["water", "air"] if key else [],
        address=f"昌吉高新区示范大道{number + 1}号",
        longitude=Decimal(87) + Decimal(number % 40) / 100,
        latitude=Decimal(44) + Decimal(number % 25) / 100,
        legal_representative=f"示范法人{number + 1}",
        contact=f"示范联系人{number + 1}",
        phone=f"0994-{number + 5000000}",
        industry_code=code,
        industry_name=industry,
        permit_number=f"{uscc}001P" if kind == "discharger" else "",
        permit_class="key" if key else "simplified" if number % 3 else "registered",
        pollutants=pollutants,
        online_monitored=key,
        credit_grade="good",
        risk_grade=GRADES[number % len(GRADES)],
        positive_list=not key and number % 29 == 0,
        grid=f"第{number % 6 + 1}网格",
    )


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
    for number, row in enumerate(rows):
        if row.permit_number:
            row.permit_until = today + timedelta(days=100 + number * 37 % 1600)
    rows[58].permit_until = today - timedelta(days=12)
    rows[59].permit_until = today - timedelta(days=140)
    rows[60].permit_until = today + timedelta(days=25)
    rows[61].permit_until = None


def make_sources(*, today: date, planner: Any, director: Any) -> None:
    year = today.year
    types = ["key"] * KEYS + ["general"] * (GENERALS + SPECIAL_GENERALS)
    rows = [_source(n, kind="discharger", type_=type_) for n, type_ in enumerate(types)]
    rows += [_source(len(types) + n, kind="construction", type_="general") for n in range(PROJECTS)]
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
                reason=REASONS[n % len(REASONS)],
                evidence="示范材料",
                state="approved",
                starts_on=date(year - 1, 12, 1),
                proposed_by=planner,
                approved_by=director,
                decision_reason="材料属实（示范）",
            )
            for n, row in enumerate(special)
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
