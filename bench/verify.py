"""The verifying page on a bundle of 100,000 sources, in headless Chromium.

    python bench/verify.py [--sources 100000] [--chromium /usr/bin/chromium]

Shows how long the worker takes as a whole, how long it hashes the tickets, and the longest task
of the page while it does: what a visitor would feel as a frozen page.
"""

import argparse
import random
from datetime import timedelta
from hashlib import sha256
from typing import Any

import house

house.prepare()

from django.core.management import call_command
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import sync_playwright

from disclosure.models import PublicPlan, PublicProof
from sampling.rules import protocol_v1 as protocol

QUARTER = "2026Q3"
LONG_TASKS = """
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
    }).observe({ type: "longtask", buffered: true });
"""
HASHING = """async ([module, seed, count]) => {
    const { ticketOf } = await import(module);
    const ticket = ticketOf(seed, "general");
    const start = performance.now();
    for (let n = 0; n < count; n += 1) ticket(`PS${String(n >> 1).padStart(6, "0")}`, 1 + (n & 1));
    return performance.now() - start;
}"""


def bundle(sources: int) -> dict[str, Any]:
    rng = random.Random(1)  # noqa: S311
    pool = protocol.render_pool(
        QUARTER,
        [
            protocol.PoolSource(
                protocol.Category.KEY if n % 10 == 0 else protocol.Category.GENERAL,
                0,
                f"PS{n:06d}",
                rng.randint(1, 3),
            )
            for n in range(sources)
        ],
        {protocol.Category.KEY: sources // 40, protocol.Category.GENERAL: sources // 40},
        [protocol.PoolInspector(f"IN{n:04d}", protocol.Role.OFFICER) for n in range(500)],
        [protocol.Need("*", protocol.Role.OFFICER, "-", 2)],
        [],
    )
    return protocol.build_bundle(
        pool=pool, nonce=sha256(b"bench").hexdigest(), entropy_source="彩票", entropy_value="03 07"
    )


def publish(made: dict[str, Any]) -> None:
    now = timezone.now()
    quotas = {"key": len(made["selected"]["key"]), "general": len(made["selected"]["general"])}
    PublicPlan.objects.create(
        plan_number=QUARTER, state="revealed", commitment=made["commitment"],
        pool_digest=made["pool_digest"], entropy_source="彩票", entropy_at=now,
        frozen_at=now - timedelta(days=1), published_at=now, officers_count=500,
        quotas=[{"category": c, "quota": n, "label": c} for c, n in quotas.items()],
    )  # fmt: skip
    PublicProof.objects.create(
        plan_number=QUARTER, commitment=made["commitment"], bundle=protocol.dump_bundle(made),
        sha256="0" * 64, published_at=now,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    made = bundle(options.sources)
    publish(made)
    server = LiveServerThread("127.0.0.1", lambda application: application)  # static: by whitenoise
    server.daemon = True
    server.start()
    server.is_ready.wait()
    site = f"http://127.0.0.1:{server.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.add_init_script(LONG_TASKS)
        page.goto(f"{site}/verify/")
        start = page.evaluate("performance.now()")
        page.click("#verify-form button")
        page.wait_for_selector("#verify-verdict:not([hidden])", timeout=60_000)
        whole = page.evaluate("performance.now()") - start
        print(page.inner_text("#verify-verdict"))
        print(f"download, reading, {options.sources} sources, teams: {whole / 1000:.2f} s")
        print(f"longest task of the page: {page.evaluate('window.longest'):.0f} ms")
        module = f"{site}/static/js/chanji_draw.js"
        times = [page.evaluate(HASHING, [module, made["seed"], 200_000]) for _ in range(3)]
        print(f"hashing 200,000 tickets: {min(times) / 1000:.2f} s")
        browser.close()
    server.terminate()


if __name__ == "__main__":
    main()
