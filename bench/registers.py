"""The register list with a million units: any page, search by two characters, the worst query.

    DATABASE_URL=postgres://… python bench/registers.py [--sources 1000000]

Works in a test database of its own, which it makes and drops. Whole requests of a planner are made;
what is shown is what the database took for all queries of one request (its process's processor time,
and the time until the answers were there, which on a busy machine includes waiting for others), and
the number of queries, which must not depend on the size. Parallel workers are switched off, so that
one process does all the work. Beside it, in the same run, what the obvious way would have cost.
"""

import argparse
import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import house

house.prepare()

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client

from registry.database import text_index
from registry.models import PollutionSource

LIST = "/registry/sources/"
WORST = "环保科技有限公司"
PLACES = "昌吉 新疆 昌吉 昌吉市 新疆 乌鲁木齐 阜康 准东 高新区 北庭 呼图壁 玛纳斯 奇台 吉木萨尔 木垒 天山 昌吉州 五家渠 石河子 中新"
FIRST = "恒博金瑞远宏晨润祥盛新佳众嘉普卓启长安永天华东西南北中大正泰鑫兴宝龙凤万德信义和平福康美丰裕隆昌达通利顺亿广海江山水石玉清"
TRADES = (
    "环保科技 环保科技 环保科技 科技 科技 科技发展 化工 化工 建材 建材 食品 食品加工 机械制造 机械 热力 供热 纺织 制药 包装 包装印刷 "
    "新材料 物流 能源 新能源 商贸 商贸 农业科技 农业发展 汽车维修 汽车服务 加油站 混凝土 水泥制品 养殖 畜牧 印刷 环保工程 环境工程 "
    "污水处理 固废处置 再生资源 矿业 煤业 煤化工 石化 油田服务 塑料制品 橡胶 玻璃 陶瓷 家具 木业 饲料 乳业 面粉 粮油 酒业 饮料 屠宰 "
    "皮革 造纸 电子 电力 光伏 风电 房地产 建筑 建设工程"
)
ENDS = "有限公司 有限公司 有限公司 有限公司 有限公司 有限公司 有限责任公司 有限责任公司 股份有限公司 厂"

FILL = """
INSERT INTO registry_pollutionsource (
  code, name, uscc, no_code_reason, site, kind, regulatory_type, key_classes, status, status_date,
  status_reason, address, longitude, latitude, legal_representative, contact, phone, industry_code,
  industry_name, permit_number, permit_class, pollutants, online_monitored, credit_grade,
  risk_grade, positive_list, grid, confidential, note, created_at, updated_at)
SELECT 'PS' || lpad(n::text, 7, '0'),
  pick(%(places)s, r1) || substr(%(first)s, 1 + floor(r2 * %(chars)s)::int, 1)
    || substr(%(first)s, 1 + floor(r3 * %(chars)s)::int, 1) || pick(%(trades)s, r4)
    || pick(%(ends)s, r5),
  '', 'individual', '', CASE WHEN n %% 50 = 7 THEN 'construction' ELSE 'discharger' END,
  CASE WHEN n %% 10 = 0 THEN 'key' ELSE 'general' END,
  CASE WHEN n %% 10 = 0 THEN '["water"]'::jsonb ELSE '[]' END,
  CASE WHEN n %% 100 = 3 THEN 'closed' ELSE 'normal' END,
  CASE WHEN n %% 100 = 3 THEN date '2026-03-01' END,
  CASE WHEN n %% 100 = 3 THEN '关停' ELSE '' END,
  '高新区示范大道' || n || '号', 87 + r2, 44 + r3, '示范法人', '示范联系人', '0994-5000000',
  '2614', '有机化学原料制造', '', pick('key simplified simplified registered', r1), '["wastewater"]',
  n %% 10 = 0, pick('good trusted warning bad', r2 * r2), pick('low medium high', r3), false,
  '第' || 1 + floor(r4 * 30)::int || '网格', false, '', now(), now() - n * interval '1 second'
FROM (SELECT n, random() r1, random() r2, random() r3, random() r4, random() r5
      FROM generate_series(1, %(sources)s) n) numbers
"""
PICK = """
CREATE OR REPLACE FUNCTION pg_temp.pick(words text, r float) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (string_to_array(words, ' '))[
    1 + floor(r * array_length(string_to_array(words, ' '), 1))::int] $$
"""


def fill(sources: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(PICK)
        cursor.execute(
            FILL.replace("pick(", "pg_temp.pick("),
            {
                "places": PLACES, "first": FIRST, "chars": len(FIRST), "trades": TRADES,
                "ends": ENDS, "sources": sources,
            },
        )  # fmt: skip
        cursor.execute("VACUUM ANALYZE registry_pollutionsource")
    text_index._known.clear()


class Meter:
    """``spent``: milliseconds until the answers were there; ``busy``: of the server's processor."""

    def __init__(self) -> None:
        self.spent, self.busy, self.queries = 0.0, 0.0, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent += (time.perf_counter() - start) * 1000
            self.queries += 1


@contextmanager
def metered() -> Iterator[Meter]:
    meter = Meter()
    before = house.database_time()
    with connection.execute_wrapper(meter):
        yield meter
    meter.busy = house.database_time() - before


def request(client: Client, query: str) -> Meter:
    with metered() as meter:
        answer = client.get(f"{LIST}?{query}")
    if answer.status_code != 200:
        raise SystemExit(f"{query}: {answer.status_code}")
    return meter


def p95(values: list[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)] if values else 0.0


def report(name: str, meters: list[Meter]) -> float:
    spent = [meter.spent for meter in meters]
    busy = [meter.busy for meter in meters]
    queries = sorted({meter.queries for meter in meters})
    print(
        f"{name}: p95 {p95(busy):.1f} ms (median {statistics.median(busy):.1f}, most"
        f" {max(busy):.1f}); until answered p95 {p95(spent):.1f} (median"
        f" {statistics.median(spent):.1f}); {'/'.join(map(str, queries))} queries"
    )
    return p95(busy)


def pages(client: Client, sources: int, rng: random.Random, number: int) -> list[Meter]:
    """Pages all over the list, forwards and backwards, in each order, in each tab."""
    keys = list(PollutionSource.objects.order_by("pk").values_list("pk", flat=True)[:1])
    found = []
    for turn in range(number):
        key = keys[0] + rng.randrange(sources)
        sort = ("code", "name", "updated")[turn % 3]
        tab = ("all", "key", "general", "construction", "left", "special")[turn % 6]
        where = (f"after={key}", f"before={key}", "last=1", "")[turn % 4]
        found.append(request(client, f"sort={sort}&tab={tab}&{where}"))
    return found


def two_characters(rng: random.Random, number: int) -> list[str]:
    """As people search: two neighbouring characters of some unit's name."""
    highest = PollutionSource.objects.count()
    found: list[str] = []
    while len(found) < number:
        name = (
            PollutionSource.objects.filter(pk__gte=rng.randrange(1, highest)).order_by("pk")[0].name
        )
        start = rng.randrange(len(name) - 1)
        found.append(name[start : start + 2])
    return found


def obvious(name: str, work: Callable[[], object]) -> float:
    work()
    with metered() as meter:
        work()
    print(f"{name}: {meter.busy:.1f} ms; until answered {meter.spent:.1f}")
    return meter.busy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=240)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("DATABASE_URL must name a PostgreSQL server")
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("setup_roles", verbosity=0)
        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        client = Client()
        client.force_login(User.objects.create_superuser("planner"))
        for sources in (1000, options.sources):
            PollutionSource.objects.all().delete()
            start = time.perf_counter()
            fill(sources)
            print(f"\n{sources:,} units, filled in {time.perf_counter() - start:.0f} s")
            measure(client, sources, options.requests)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure(client: Client, sources: int, number: int) -> None:
    rng = random.Random(1)  # noqa: S311
    request(client, "")
    page = report("any page", pages(client, sources, rng, number))
    words = two_characters(rng, number)
    search = report("two characters", [request(client, f"q={word}") for word in words])
    ways = itertools.product(("code", "name", "updated", "code"), ("key", "left", "all"))
    searched = [
        request(client, f"q={word}&tab={tab}&sort={sort}")
        for word, (sort, tab) in zip(words[:60], itertools.cycle(ways), strict=False)
    ]
    report("two characters in a tab, in other orders", searched)
    worst = report(f"{WORST}, first page", [request(client, f"q={WORST}") for _ in range(20)])
    report(f"{WORST}, last page", [request(client, f"q={WORST}&last=1") for _ in range(20)])
    report("one character", [request(client, f"q={word[0]}") for word in words[:40]])
    report(
        "part of a code", [request(client, f"q={rng.randrange(sources):06d}") for _ in range(20)]
    )
    report("nothing found", [request(client, "q=无此名称") for _ in range(20)])
    rows = PollutionSource.objects.order_by("code")
    deep = sources - 100
    offset = obvious(
        "the obvious way: OFFSET to the last page", lambda: list(rows[deep : deep + 50])
    )
    count = obvious("the obvious way: count(*)", rows.count)
    like = obvious(
        "the obvious way: LIKE and its count(*)",
        lambda: (list(rows.filter(name__contains=words[0])[:50]),
                 rows.filter(name__contains=words[0]).count()),
    )  # fmt: skip
    print(
        f"page {(offset + count) / page:.1f} x, search {like / search:.1f} x faster than the obvious"
        f" way at the 95th percentile; worst query {worst:.0f} ms"
    )


if __name__ == "__main__":
    main()
