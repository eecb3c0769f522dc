"""The public site with a million published results, against an empty Django view.

    DATABASE_URL=postgres://… python bench/public.py [--rows 1000000] [--keep]

Needs wrk (Debian package of the same name) and psql. Works in a database of its own beside the
one named, which it makes, fills and drops (``--keep`` leaves it for the next run). Every site is
served by the same gunicorn with the same workers on the loopback, one after another in rounds;
ratios are medians of the rounds.
"""

import argparse
import os
import re
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import house

NAME = "chanji_bench_public"
WITH_DATABASE = os.environ["DATABASE_URL"]
os.environ["DATABASE_URL"] = WITH_DATABASE.rsplit("/", 1)[0] + "/" + NAME
PORTS = {"empty": 8191, "site": 8192}
THREADS, CONNECTIONS, SECONDS = 1, 8, 2
FILL = """
INSERT INTO disclosure_publicresult (
    public_id, enterprise_name, uscc, enterprise_key, register_code, category, items, checked_on,
    authority, outcome, outcome_text, handling, published_on, plan_number, quarter,
    assignment_number, sampling_type, method, completed_on, due_on, withdrawn_note, created_at)
SELECT gen_random_uuid(), name, 'BENCH' || lpad(unit::text, 13, '0'),
    'BENCH' || lpad(unit::text, 13, '0'), 'PS' || lpad(unit::text, 6, '0'),
    (array['重点', '一般', '特殊'])[1 + n %% 3], '排污许可执行情况、污染防治设施运行情况',
    day, '昌吉高新区环境保护局', code,
    (array['未发现问题', '发现问题已责令改正', '发现问题待后续处理', '未发现开展本次抽查涉及的经营活动',
           '通过登记的住所无法联系', '不配合检查情节严重', '已关闭停业或注销/迁出'])[code::int],
    CASE WHEN code IN ('2', '3') THEN '限期整改' ELSE '' END, day + 20,
    extract(year FROM day)::text || 'Q' || extract(quarter FROM day)::text,
    extract(year FROM day)::text || 'Q' || extract(quarter FROM day)::text,
    'BENCH-' || n, '不定向', '现场', day + 5, day + 33, '', now()
FROM (SELECT n, unit, date '2016-01-04' + (n::bigint * 3900 / %(rows)s)::int AS day,
        (array['昌吉','准东','阜康','呼图壁','玛纳斯','奇台','木垒','吉木萨尔'])[1 + unit %% 8]
        || (array['天山','博格达','绿洲','恒信','瑞丰','金沙','华凌','广汇','西域','新源','宏远','丰泰'])[1 + unit / 8 %% 12]
        || (array['环保科技','化工','建材','食品','机械制造','能源','矿业','纺织','新材料','医药'])[1 + unit / 96 %% 10]
        || chr(19968 + unit %% 4000) || chr(19968 + (unit * 7) %% 5000)
        || (array['有限公司','有限责任公司','股份有限公司','厂'])[1 + unit %% 4] AS name,
        CASE WHEN n %% 1000 = 0 THEN '6' WHEN n %% 100 = 0 THEN '5' WHEN n %% 50 = 0 THEN '7'
             WHEN n %% 20 = 0 THEN '4' WHEN n %% 9 = 0 THEN '3' WHEN n %% 7 = 0 THEN '2'
             ELSE '1' END AS code
      FROM (SELECT n, (n::bigint * 7919 %% 60000)::int AS unit
            FROM generate_series(1, %(rows)s) AS n) AS numbers) AS made
"""


def make_database(rows: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    subprocess.run(["psql", "-q", WITH_DATABASE, "-c", f"CREATE DATABASE {NAME}"], check=False,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    call_command("migrate", verbosity=0)
    call_command("collectstatic", "--no-input", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(number) FROM disclosure_publictally")
        if (cursor.fetchone()[0] or 0) != rows:
            cursor.execute("DELETE FROM disclosure_publicresult")
            cursor.execute(FILL, {"rows": rows})
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def served(app: str, port: int) -> Iterator[int]:
    command = [sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}", "--workers", "2",
               "--threads", "4", "--log-level", "error"]  # fmt: skip
    folders = {"PYTHONPATH": f"{house.ROOT}:{Path(__file__).parent}"}
    process = subprocess.Popen(command, env={**os.environ, **folders}, cwd=house.ROOT)
    try:
        for _ in range(100):
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                break
            except OSError:
                time.sleep(0.2)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


class Load:
    """What one run of wrk cost: requests per second, and processor time of the workers a request
    (user and system, in milliseconds), which says the same on a busy machine as on an idle one."""

    def __init__(self, port: int, gunicorn: int, path: str, script: str = "") -> None:
        command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
        if script:
            command += ["-s", script]
        before = processor_time(gunicorn)
        text = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
        ).stdout
        if "Non-2xx" in text:
            raise SystemExit(f"{path}: {text}")
        requests = int(re.search(r"(\d+) requests in", text)[1])  # type: ignore[index]
        self.rate = float(re.search(r"Requests/sec:\s*([\d.]+)", text)[1])  # type: ignore[index]
        self.cost = 1000 * (processor_time(gunicorn) - before) / requests


def workers_of(gunicorn: int) -> list[str]:
    found = subprocess.run(
        ["pgrep", "-P", str(gunicorn)], capture_output=True, text=True, check=True
    )
    return found.stdout.split()


def processor_time(gunicorn: int) -> float:
    ticks = 0
    for worker in workers_of(gunicorn):
        fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def fresh_script(folder: Path, path: str) -> str:
    """wrk asks for another address each time, so that no answer is in anybody's memory."""
    join = "&" if "?" in path else "?"
    file = folder / "fresh.lua"
    file.write_text(
        "local n = 0\nlocal salt = tostring({}):sub(8) .. os.time()\n"
        "request = function()\n  n = n + 1\n"
        f'  return wrk.format("GET", "{path}{join}x=" .. salt .. n)\nend\n'
    )
    return str(file)


def compare(rounds: int, folder: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id, enterprise_key FROM disclosure_publicresult WHERE id = "
            "(SELECT min(id) + 1000 FROM disclosure_publicresult)"
        )
        public_id, key = cursor.fetchone()
    pages = {
        "list": "/results/", "one result": f"/results/{public_id}/", "home": "/",
        "last page": "/results/?last=1", "a quarter": "/results/?quarter=2020Q3&outcome=6",
        "enterprise": f"/enterprises/{key}/", "two characters": f"/results/?q={quote('广汇')}",
    }  # fmt: skip
    kept: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    made: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    with served("empty:application", PORTS["empty"]) as empty_pid, \
            served("chanji_dualrandom.wsgi", PORTS["site"]) as pid:  # fmt: skip
        for _ in range(rounds):
            for name, path in pages.items():
                fresh = Load(PORTS["site"], pid, path, fresh_script(folder, path))
                empty = Load(PORTS["empty"], empty_pid, "/")
                again = Load(PORTS["site"], pid, path)
                made[name].append((empty.rate / fresh.rate, fresh.cost / empty.cost))
                kept[name].append((again.rate / empty.rate, empty.cost / again.cost))
    print("                   from memory, x an empty view   made anew, in empty views")
    print("                   requests/s   processor time    wall     processor time")
    for name in pages:
        figures = [
            statistics.median(run[which] for run in runs[name])
            for runs in (kept, made)
            for which in (0, 1)
        ]
        print(f"{name:16} " + " ".join(f"{figure:13.2f}" for figure in figures))


def copy_times(folder: Path) -> None:
    from django.db import connection

    from disclosure.rules.public_columns import OPEN_DATA_COLUMNS

    columns = ", ".join(name for name, _title in OPEN_DATA_COLUMNS)
    plain = (
        f"COPY (SELECT {columns} FROM disclosure_publicresult ORDER BY published_on DESC, id DESC) "  # noqa: S608
        "TO STDOUT (FORMAT csv)"
    )
    connection.close()
    ratios, memory = [], 0
    with served("chanji_dualrandom.wsgi", PORTS["site"]) as pid:
        before = peak(pid)
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run(["psql", "-q", os.environ["DATABASE_URL"], "-c", plain],
                           stdout=subprocess.DEVNULL, check=True)  # fmt: skip
            own = time.perf_counter() - start
            start, size = time.perf_counter(), 0
            with urlopen(f"http://127.0.0.1:{PORTS['site']}/results.csv") as answer:
                while chunk := answer.read(1 << 16):
                    size += len(chunk)
            ratios.append((time.perf_counter() - start) / own)
        memory = peak(pid) - before
    print(f"CSV of the whole table: {size / 1e6:.0f} MB, {statistics.median(ratios):.2f} x COPY, "
          f"{memory / 1024:.0f} MB more memory at the peak")  # fmt: skip


def peak(pid: int) -> int:
    """The largest resident set a worker of this gunicorn ever had, in KB."""
    sizes = []
    for child in workers_of(pid):
        status = Path(f"/proc/{child}/status").read_text()
        sizes.append(int(re.search(r"VmHWM:\s*(\d+)", status)[1]))  # type: ignore[index]
    return max(sizes)


def search_times(number: int) -> None:
    """Database time of the list and its count for pairs of characters, common and rare: what its
    process was busy with, which a machine under load does not change, and what a reader waited."""
    from django.db import connection

    from disclosure.public import listing

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enterprise_name FROM disclosure_publicresult TABLESAMPLE SYSTEM (0.2)"
        )
        names = [row[0] for row in cursor.fetchall()]
    words = {"有限", "公司", "科技", "环保", "昌吉", "环保科技有限公司", "不在", "广汇"}
    picker = secrets.SystemRandom()
    while len(words) < number:
        name = picker.choice(names)
        at = picker.randrange(len(name) - 1)
        words.add(name[at : at + 2])
    with connection.cursor() as cursor:  # else another process's time is not seen
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    times = []
    for word in words:
        wanted = listing.Wanted(text=word)
        busy, start = house.database_time(), time.perf_counter()
        listing.page_of(wanted)
        listing.count_of(wanted)
        waited = 1000 * (time.perf_counter() - start)
        times.append((house.database_time() - busy, waited, word))
    for name, which in (("processor time of the database", 0), ("waited for", 1)):
        times.sort(key=lambda row: row[which])
        p50, p95, worst = (times[int((len(times) - 1) * share)] for share in (0.5, 0.95, 1))
        print(f"search by two characters, {len(times)} words, {name}: p50 {p50[which]:.0f} ms, "
              f"p95 {p95[which]:.0f} ms, worst {worst[which]:.0f} ms ({worst[2]})")  # fmt: skip


def page_times() -> None:
    """The whole page (query and template) made anew at several places of the list."""
    from django.test import RequestFactory
    from django.utils import timezone

    from disclosure.public import current, listing, result_views
    from disclosure.rules.display_period import shown_from
    from registry.selectors import bureau_setting

    since = shown_from(timezone.localdate(), years=bureau_setting("display_years"))
    last = listing.page_of(listing.Wanted(since=since), last=True)
    middle = listing.page_of(listing.Wanted(quarter=str(since.next.next.next.next)))
    places = {
        "first": "", "last": "last=1", "one before the last": f"before={last.before}",
        "middle": f"after={middle.after}",
    }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in places}
    for _ in range(200):
        for name, query in places.items():
            request = RequestFactory().get(f"/results/?{query}")
            request.published_state = current.current_state()  # type: ignore[attr-defined]
            start = time.perf_counter()
            result_views.results(request)
            times[name].append(time.perf_counter() - start)
    first = statistics.median(times["first"])
    text = ", ".join(f"{name} {statistics.median(of) / first:.2f} x" for name, of in times.items())
    print(f"pages of the list: {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--only", default="pages,search,sites,csv")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing (apt-get install wrk)")
    house.prepare()
    make_database(options.rows)
    only = options.only.split(",")
    folder = Path(os.environ["CHANJI_VAR_DIR"])
    if "pages" in only:
        page_times()
    if "search" in only:
        search_times(options.words)
    if "sites" in only:
        compare(options.rounds, folder)
    if "csv" in only:
        copy_times(folder)
    if not options.keep:
        from django.db import connection

        connection.close()
        subprocess.run(["psql", "-q", WITH_DATABASE, "-c", f"DROP DATABASE {NAME}"], check=True)


if __name__ == "__main__":
    main()
