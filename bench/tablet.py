"""The tablet: a photo on the server against a bare decode, and the form in a slow browser.

    python bench/tablet.py photo [--rounds 9]
    python bench/tablet.py form http://localhost:8000 officer1 PASSWORD

``photo`` prints processor time as a ratio: hash, check and two sizes of a 12-megapixel JPEG against
nothing but opening it. ``form`` walks a running server in Chromium: bytes of the first and of a later
page, then, with the processor slowed four times and a slow 3G network (400 kbit/s, 2 s a round trip),
the time until a stored record with 20 photos can be filled in. It leaves 20 photos in that record.
"""

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import house
from PIL import Image

SLOW_3G = {
    "offline": False,
    "latency": 2000,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
PHOTOS = 20


def picture(path: Path, size: tuple[int, int], seed: int = 0) -> Path:
    """Noise at a camera's grain, so that the file is as large as a camera's."""
    small = Image.effect_noise((size[0] // 8, size[1] // 8), 50 + seed)
    small.resize(size, Image.Resampling.BICUBIC).convert("RGB").save(path, "JPEG", quality=88)
    return path


def median(rounds: int, work: Callable[[], object]) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def photo(rounds: int) -> None:
    house.prepare()
    from inspections.services import media

    with tempfile.TemporaryDirectory() as folder:
        file = picture(Path(folder) / "photo.jpg", (4000, 3000))
        sizes = {name: Path(folder) / f"{name}.jpg" for name in media.SIZES}

        def bare() -> None:
            with Image.open(file) as image:
                image.load()

        def server() -> None:
            with file.open("rb") as content:
                hashlib.file_digest(content, "sha256").hexdigest()
            media.media_type_of(file)
            media.tells_where(file)
            media.make_sizes(file, sizes)

        one, ours = median(rounds, bare), median(rounds, server)
        size = file.stat().st_size / 1e6
    print(
        f"12 MP JPEG, {size:.1f} MB: bare decode {one * 1000:.0f} ms, whole server side {ours * 1000:.0f} ms"
    )
    print(f"ratio {ours / one:.2f} (at most 1.5)")


class Bytes:
    """What travelled, as the network saw it."""

    def __init__(self, session: Any) -> None:
        self.total = 0
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, Any]) -> None:
        self.total += int(event["encodedDataLength"])

    def take(self) -> int:
        total, self.total = self.total, 0
        return total


def form(base: str, username: str, password: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu"],
            viewport={"width": 768, "height": 1024},
        )
        context.set_default_timeout(120_000)
        page = context.new_page()
        session = context.new_cdp_session(page)
        travelled = Bytes(session)
        page.goto(f"{base}/accounts/login/")
        page.fill("#id_username", username)
        page.fill("#id_password", password)
        page.click("main button")
        page.wait_for_url("**/inspections/**")
        page.wait_for_load_state("load")
        print(f"first page with signing in {travelled.take() / 1000:.0f} KB (at most 300)")
        until(page, "document.documentElement.dataset.tablet === 'ready'")
        task = page.locator("#g-active [data-task]").first.get_attribute("data-task")
        until(page, f"caches.match('/inspections/{task}/record/').then(Boolean)")
        travelled.take()
        page.goto(f"{base}/inspections/{task}/")
        page.wait_for_load_state("load")
        print(f"a later page {travelled.take() / 1000:.0f} KB (at most 50)")

        record = f"{base}/inspections/{task}/record/"
        page.goto(record)
        until(page, "document.body.classList.contains('is-offline-ready')")
        for number in range(PHOTOS):
            file = picture(Path(folder) / f"p{number}.jpg", (2048, 1536), number)
            page.set_input_files('[data-pick="must_check:8"] input', str(file))
            until(page, f"document.querySelectorAll('.photo').length > {number}")
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        session.send("Network.emulateNetworkConditions", SLOW_3G)
        times = []
        for _ in range(3):
            start = time.monotonic()
            page.goto(record, wait_until="commit")
            until(page, f"document.body?.classList.contains('is-offline-ready') && "
                        f"document.querySelectorAll('.photo').length >= {PHOTOS}")  # fmt: skip
            times.append(time.monotonic() - start)
        print(
            f"stored form with {PHOTOS} photos usable after {statistics.median(times):.2f} s (at most 2)"
        )
        typed = page.evaluate(
            """async () => { const box = document.getElementById('id_narrative__text'); const times = [];
            for (let n = 0; n < 40; n += 1) { const start = performance.now(); box.value += '字';
            box.dispatchEvent(new Event('input', { bubbles: true }));
            await new Promise((done) => requestAnimationFrame(done)); times.push(performance.now() - start); }
            return times.sort((a, b) => a - b)[20]; }"""
        )
        print(f"typing: {typed:.0f} ms to the next frame (at most 50)")
        context.close()


def until(page: Any, script: str) -> None:
    end = time.monotonic() + 120
    while not page.evaluate(f"(async () => Boolean(await ({script})))()"):
        if time.monotonic() > end:
            raise SystemExit(f"waited for {script}")
        time.sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("photo").add_argument("--rounds", type=int, default=9)
    walk = kinds.add_parser("form")
    for name in ("base", "username", "password"):
        walk.add_argument(name)
    given = parser.parse_args()
    if given.kind == "photo":
        photo(given.rounds)
    else:
        form(given.base, given.username, given.password)


if __name__ == "__main__":
    main()
