"""Accounts and inspectors of the demonstration bureau."""

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from registry.choices import BureauRole
from registry.models import Credential, Inspector

STAFF = (
    ("director1", "沈", "明远", BureauRole.DIRECTOR),
    ("director2", "古丽娜尔", "·示范", BureauRole.DIRECTOR),
    ("planner1", "陆", "清和", BureauRole.PLANNER),
    ("planner2", "马", "志诚", BureauRole.PLANNER),
    ("publisher1", "韩", "雨桐", BureauRole.PUBLISHER),
    ("publisher2", "阿依", "·示范", BureauRole.PUBLISHER),
    ("auditor1", "钟", "正言", BureauRole.AUDITOR),
    ("admin1", "系统", "管理员", BureauRole.SYSTEM),
)
OFFICERS = ("赵一鸣", "钱二川", "孙三立", "李四维", "周五行", "吴六合", "郑七星", "王八方")
SUPPORT = ("冯小舟", "陈大江", "褚长河")
EXPERTS = (
    ("卫教授", "示范环境科学研究院", ["危险废物"]),
    ("蒋高工", "示范检测技术中心", ["废气", "自动监控"]),
    ("韩研究员", "示范大学环境学院", ["废水"]),
)
BUREAU = "昌吉高新区环境保护局"


def make_accounts() -> dict[str, Any]:
    """``{username: user}`` with random passwords, kept in var/demo-accounts.txt (mode 600)."""
    wanted = [(*row, True) for row in STAFF]
    wanted += [
        (f"officer{n}", name[0], name[1:], BureauRole.OFFICER, False)
        for n, name in enumerate(OFFICERS, 1)
    ]
    passwords = [secrets.token_urlsafe(9) for _row in wanted]
    # Made slow on purpose; it works without Python's lock, so on all cores.
    with ThreadPoolExecutor() as pool:
        hashes = list(pool.map(make_password, passwords))
    users, lines = {}, []
    for (username, family, given, role, is_staff), password, hashed in zip(
        wanted, passwords, hashes, strict=True
    ):
        user = get_user_model().objects.create(
            username=username,
            password=hashed,
            # Django joins first and last name with a blank; a Chinese name has none.
            first_name=f"{family}{given}",
            is_staff=is_staff,
        )
        user.groups.add(Group.objects.get(name=str(role.label)))
        users[username] = user
        lines.append(f"{role.label}\t{username}\t{password}\t{family}{given}")
    _keep(lines)
    return users


def _keep(lines: list[str]) -> None:
    path = Path(settings.VAR_DIR) / "demo-accounts.txt"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("岗位\t账号\t密码\t姓名\n" + "\n".join(lines) + "\n")


def make_inspectors(users: dict[str, Any], *, year: int) -> None:
    for number, name in enumerate(OFFICERS, 1):
        person = Inspector.objects.create(
            code=f"IN{number:03d}",
            name=name,
            role="officer",
            organisation=BUREAU,
            phone=f"0994-00000{number:02d}",
            user=users[f"officer{number}"],
        )
        Credential.objects.create(
            inspector=person,
            number=f"示范{year}{number:04d}",
            valid_from=date(year - 2, 1, 1),
            valid_to=date(year + 2, 12, 31),
        )
    for number, name in enumerate(SUPPORT, len(OFFICERS) + 1):
        Inspector.objects.create(
            code=f"IN{number:03d}", name=name, role="staff", organisation=BUREAU
        )
    first = len(OFFICERS) + len(SUPPORT) + 1
    for number, (name, organisation, skills) in enumerate(EXPERTS, first):
        Inspector.objects.create(
            code=f"IN{number:03d}",
            name=name,
            role="expert",
            organisation=organisation,
            skills=skills,
        )
