"""The verifying page on a bundle of 100,000 sources, in headless Chromium.

    python bench/verify.py [--sources 100000] [--chromium /usr/bin/chromium]

Shows how long the worker takes as a whole, outcome tree and teams with it, how long it hashes the
tickets, and the longest task of the page while it does: what a visitor would feel as a frozen page.
"""

import argparse
import random
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import house

house.prepare()

from django.core.management import call_command
from django.test.testcases import LiveServerThread
from playwright.sync_api import sync_playwright

from disclosure.models import PublicPlan, PublicProof
from sampling.rules import protocol
from sampling.rules.entropy_calendar import next_draw

PLAN = "2026Q3"
FROZEN_AT = datetime(2026, 6, 25, 10, tzinfo=protocol.BEIJING)
LONG_TASKS = """
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
    }).observe({ type: "longtask", buffered: true });
"""
HASHING = """async ([scripts, seed, count]) => {
    const { smallestTicket } = await import(`${scripts}/chanji_draw.js`);
    const { Lots } = await import(`${scripts}/lots.js`);
    const lots = new Lots(`${seed}|general|`);
    const start = performance.now();
    for (let n = 0; n < count; n += 2) {
      smallestTicket(lots, { id: `PS${String(n >> 1).padStart(6, "0")}`, weight: 2 });
    }
    return performance.now() - start;
}"""


def bundle(sources: int) -> dict[str, Any]:
    rng = random.Random(1)  # noqa: S311
    quotas = {protocol.Category.KEY: sources // 40, protocol.Category.GENERAL: sources // 40}
    pool = protocol.render_pool(
        protocol.Pool(
            plan=PLAN,
            sources=tuple(
                protocol.PoolSource(
                    protocol.Category.KEY if n % 10 == 0 else protocol.Category.GENERAL,
                    0,
                    f"PS{n:06d}",
                    rng.randint(1, 3),
                )
                for n in range(sources)
            ),
            quotas=quotas,
            inspectors=tuple(
                protocol.PoolInspector(f"IN{n:04d}", protocol.Role.OFFICER) for n in range(500)
            ),
            needs=(protocol.Need("*", protocol.Role.OFFICER, "-", 2),),
            conflicts=(),
        )
    )
    nonce = sha256(b"bench").hexdigest()
    lottery = next_draw(protocol.EntropyKind.SSQ, FROZEN_AT + timedelta(days=2))
    drawn_at = protocol.read_moment("at", lottery["at"]) + timedelta(minutes=30)
    announcement = protocol.announce(
        pool=pool,
        nonce=nonce,
        frozen_at=FROZEN_AT,
        draw_by=drawn_at.date(),
        reveal_by=drawn_at.date() + timedelta(days=120),
        entropy=[lottery],
    )
    held = protocol.hold(
        announcement=announcement,
        pool=pool,
        nonce=nonce,
        drawn_at=drawn_at,
        witnesses=["纪检监察组", "企业代表"],
        values=["03 07 11 19 24 30+08"],
    )
    return protocol.build_bundle(
        announcement=announcement, pool=pool, nonce=nonce, record=held.record
    )


def publish(made: dict[str, Any]) -> None:
    announcement = made["announcement"]
    text = protocol.dump_bundle(made)
    PublicPlan.objects.create(
        plan_number=PLAN,
        state="revealed",
        commitment=announcement["commitment"],
        announcement=announcement,
        announcement_digest=protocol.announcement_digest(announcement),
        record=made["draw"],
        frozen_at=FROZEN_AT,
        published_at=FROZEN_AT,
        officers_count=500,
        quotas=[{"category": c, "quota": n, "label": c} for c, n in announcement["quotas"].items()],
    )
    PublicProof.objects.create(
        plan_number=PLAN,
        commitment=announcement["commitment"],
        bundle=text,
        sha256=protocol.sha(text),
        published_at=FROZEN_AT + timedelta(days=120),
    )


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
        print(f"download, reading, {options.sources} sources, teams, tree: {whole / 1000:.2f} s")
        print(f"longest task of the page: {page.evaluate('window.longest'):.0f} ms")
        scripts = f"{site}/static/js"
        times = [page.evaluate(HASHING, [scripts, made["seed"], 200_000]) for _ in range(3)]
        print(f"hashing 200,000 tickets: {min(times) / 1000:.2f} s")
        browser.close()
    server.terminate()


if __name__ == "__main__":
    main()
