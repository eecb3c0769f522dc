"""A whole register imported, against reading it with calamine and writing it with one COPY.

    DATABASE_URL=postgres://… python bench/import.py [--rows 100000] [--against-import-export]

Works in a test database of its own, which it makes and drops. Each round measures in turn: the least any
import must do (calamine reads the sheet, one COPY fills the register); the whole import of a file of
20 columns (receive, read, validate, compare, preview rows, write, history); the same file again. Ratios are
medians over the rounds. Memory is the largest resident size (PSS) of the import command and the reading
process together.
"""

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import house

house.prepare()

from django.db import connection
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from registry.importing.services.importing import import_file
from registry.models import PollutionSource
from registry.rules.uscc import make_uscc

TODAY = date(2026, 5, 13)
TITLES = (
    "单位名称", "统一社会信用代码", "厂区/点位", "类别", "监管类型", "重点类别", "名录年度", "地址", "经度", "纬度",
    "法定代表人", "环保联系人", "联系电话", "行业代码", "行业名称", "排污许可证编号", "许可管理类别", "污染物类别",
    "在线监控", "信用等级",
)  # fmt: skip
COLUMNS = (
    "code", "name", "uscc", "no_code_reason", "site", "kind", "regulatory_type", "key_classes", "key_list_year",
    "address", "longitude", "latitude", "legal_representative", "contact", "phone", "industry_code",
    "industry_name", "permit_number", "permit_class", "pollutants", "online_monitored", "credit_grade",
    "status", "status_reason", "risk_grade", "positive_list", "grid", "confidential", "note", "created_at",
    "updated_at",
)  # fmt: skip


def make_file(path: Path, rows: int) -> Path:
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet("名录")
    page.append(TITLES)
    for n in range(rows):
        code, key = make_uscc(f"91652300MA{n:07d}"), n % 7 == 0
        page.append([
            f"昌吉示范第{n:06d}号环保科技有限公司", code, "", "排污单位", "重点" if key else "一般",
            "水环境、大气环境" if key else "", 2026 if key else None, f"昌吉高新区测试路{n}号",
            round(87 + n % 1000 / 1000, 6), round(44 + n % 997 / 1000, 6), f"法人{n % 5000}",
            f"联系人{n % 7000}", f"1399{n:07d}", f"C{2600 + n % 99}", "化学原料制造", f"{code}001P",
            ("重点管理", "简化管理", "登记管理")[n % 3], "废水、废气", "是" if n % 2 else "否",
            ("诚信", "良好", "")[n % 3],
        ])  # fmt: skip
    workbook.save(path)
    return path


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE registry_pollutionsource, registry_auditevent, registry_importedfile CASCADE"
        )


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def least(path: Path) -> None:
    """Calamine and one COPY, nothing checked, nothing compared, no history."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    buffer, now = io.StringIO(), "2026-05-13 10:00:00+08"
    for n, r in enumerate(rows[1:], 1):
        year = str(int(r[6])) if r[6] else "\\N"
        buffer.write("\t".join([
            f"PS{n:06d}", r[0], r[1], "", r[2], "discharger", "key" if r[4] == "重点" else "general", "[]", year,
            r[7], str(r[8]), str(r[9]), r[10], r[11], r[12], r[13], r[14], r[15], "key", "[]",
            "t" if r[18] == "是" else "f", "good", "normal", "", "", "f", "", "f", "", now, now,
        ]) + "\n")  # fmt: skip
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY registry_pollutionsource ({','.join(COLUMNS)}) FROM STDIN", buffer
        )


def peak_of(path: Path) -> int:
    """The largest resident size of ``import_sources`` and the process that reads, looked at often."""
    settings = connection.settings_dict
    login = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
    place = f"{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"
    command = subprocess.Popen(
        [sys.executable, "manage.py", "import_sources", str(path)],
        cwd=house.ROOT,
        env={**os.environ, "DATABASE_URL": f"postgres://{login}@{place}"},
        stdout=subprocess.DEVNULL,
    )
    own, largest = Path(f"/proc/{command.pid}"), 0
    while command.poll() is None:
        try:
            pids = {pid for file in own.glob("task/*/children") for pid in file.read_text().split()}
        except OSError:
            break
        sizes = [_resident(own), *(_resident(Path("/proc") / pid) for pid in pids)]
        largest = max(largest, sum(sizes))
        time.sleep(0.02)
    if command.wait() != 0:
        raise SystemExit("import_sources failed")
    return largest


def _resident(folder: Path) -> int:
    """Resident megabytes, pages shared with other processes counted in part (PSS)."""
    try:
        lines = (folder / "smaps_rollup").read_text().split("\n")
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("Pss:")), 0)


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run(path: Path, expected: str) -> None:
    result = import_file(register="sources", path=path, filename=path.name, today=TODAY)
    if expected not in result.summary():
        raise SystemExit(f"{result.summary()}，应为 {expected}")


def measure(path: Path, rows: int, rounds: int) -> None:
    figures: dict[str, list[float]] = {"first": [], "again": []}
    for number in range(1, rounds + 1):
        empty()
        base = seconds(lambda: least(path))
        if PollutionSource.objects.count() != rows:
            raise SystemExit("the COPY did not fill the register")
        empty()
        vacuum()
        first = seconds(lambda: run(path, f"新增 {rows}"))
        vacuum()
        again = seconds(lambda: run(path, f"未变 {rows}"))
        figures["first"].append(first / base)
        figures["again"].append(again / base)
        print(
            f"round {number}: calamine + COPY {base:.2f} s · import {first:.2f} s = {first / base:.2f} x"
            f" · again {again:.2f} s = {again / base:.2f} x"
        )
    print(f"{rows:,} rows × {len(TITLES)} columns, medians of {rounds} rounds")
    print(f"import against calamine + COPY: {statistics.median(figures['first']):.2f} x (≤ 2.5 x)")
    print(f"unchanged file again: {statistics.median(figures['again']):.2f} x (≤ 1.7 x)")
    empty()
    print(f"peak of the command and the reading process together: {peak_of(path)} MB (≤ 300 MB)")


def against_import_export(folder: Path, rows: int) -> None:
    """django-import-export with its defaults, in a process of its own with the app installed."""
    path = make_file(folder / "smaller.xlsx", rows)
    empty()
    ours = seconds(lambda: run(path, f"新增 {rows}"))
    empty()
    program = Path(__file__).with_name("import_export_defaults.py")
    database = json.dumps(connection.settings_dict["NAME"])
    said = subprocess.run(
        [sys.executable, str(program), str(path), database],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    theirs = float(said.stdout.split()[-1])
    print(
        f"{rows:,} rows: django-import-export with its defaults {theirs:.1f} s,"
        f" this import {ours:.2f} s: {theirs / ours:.0f} x (≥ 20 x)"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--against-import-export", type=int, nargs="?", const=5000, default=0)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("this benchmark needs DATABASE_URL=postgres://…")
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            measure(make_file(folder / "list.xlsx", options.rows), options.rows, options.rounds)
            if options.against_import_export:
                against_import_export(folder, options.against_import_export)
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


if __name__ == "__main__":
    main()
