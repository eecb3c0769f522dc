"""The cast of whole-house tests: one account per role, and small registers as real files."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command

from registry.choices import BureauRole
from registry.importing.columns import INSPECTOR_COLUMNS, SOURCE_COLUMNS
from registry.importing.services.spreadsheets import write_sheet
from registry.models import Inspector
from registry.rules.uscc import make_uscc
from sampling.rules.witnesses import WitnessEntry

PASSWORD = "correct horse battery"
DRAND_VALUE = "5f" * 32
WITNESSES = ("纪检监察组", "何一"), ("企业代表", "金二")
OFFICERS = ("赵一鸣", "钱二川", "孙三立", "李四维", "周五行")


def prepare_house() -> None:
    for command in ("load_calendar", "load_checklists", "setup_roles"):
        call_command(command, verbosity=0)


def account(username: str, role: BureauRole, name: str) -> Any:
    user = get_user_model().objects.create_user(
        username,
        password=PASSWORD,
        first_name=name,
        is_staff=role != BureauRole.OFFICER,
    )
    user.groups.add(Group.objects.get(name=str(role.label)))
    return user


def witnesses(value: str = DRAND_VALUE) -> list[WitnessEntry]:
    return [WitnessEntry(represents, name, value) for represents, name in WITNESSES]


def staff_accounts() -> dict[str, Any]:
    return {
        "director1": account("director1", BureauRole.DIRECTOR, "沈明远"),
        "director2": account("director2", BureauRole.DIRECTOR, "何立新"),
        "planner1": account("planner1", BureauRole.PLANNER, "陆清和"),
        "publisher1": account("publisher1", BureauRole.PUBLISHER, "韩雨桐"),
        "admin1": account("admin1", BureauRole.SYSTEM, "管理员"),
    }


def give_officers_accounts() -> dict[str, Any]:
    """One account per officer of the register, as the system administrator would."""
    users = {}
    for number, person in enumerate(Inspector.objects.filter(role="officer"), 1):
        users[person.code] = account(f"officer{number}", BureauRole.OFFICER, person.name)
        person.user = users[person.code]
        person.save()
    return users


def sources_file(path: Path, *, key: int = 6, special: int = 3, general: int = 12) -> Path:
    rows = [_source_row(n, "重点") for n in range(key)]
    rows += [_source_row(key + n, "一般", special="是") for n in range(special)]
    rows += [_source_row(key + special + n, "一般") for n in range(general)]
    return _write(path, SOURCE_COLUMNS, rows, "污染源")


def _source_row(number: int, type_: str, *, special: str = "否") -> dict[str, Any]:
    return {
        "单位名称": f"昌吉示范第{number + 1:03d}号有限公司",
        "统一社会信用代码": make_uscc(f"91652300MA9{number:06d}"),
        "监管类型": type_,
        "特殊监管": special,
        "特殊监管原因": "投诉举报多" if special == "是" else "",
        "地址": f"昌吉高新区测试路{number + 1}号",
        "联系电话": f"1399900{number:04d}",
        "法定代表人": f"法人{number + 1}",
    }


def inspectors_file(path: Path, today: date) -> Path:
    rows = [
        {
            "人员编号": f"IN{n:03d}",
            "姓名": name,
            "类别": "执法人员",
            "单位": "昌吉高新区环境保护局",
            "执法证号": f"ZF{n:06d}",
            "证件有效期起": (today - timedelta(days=400)).isoformat(),
            "证件有效期止": (today + timedelta(days=800)).isoformat(),
        }
        for n, name in enumerate(OFFICERS, 1)
    ]
    return _write(path, INSPECTOR_COLUMNS, rows, "检查人员")


def _write(path: Path, columns: Sequence[Any], rows: list[dict[str, Any]], title: str) -> Path:
    write_sheet(path, columns, [[row.get(c.title) for c in columns] for row in rows], title=title)
    return path
