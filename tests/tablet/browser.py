"""A real Chromium with a profile of its own, which can be killed and started again."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from tests import cast

SIZE = {"width": 768, "height": 1024}
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
    "--disable-dev-shm-usage", "--lang=zh-CN",
)  # fmt: skip
PATIENCE = 60


class Tablet:
    def __init__(self, playwright: Any, profile: Path, base: str) -> None:
        self.playwright, self.profile, self.base = playwright, profile, base
        self.process: subprocess.Popen[bytes] | None = None
        self.complaints: list[str] = []
        self.start()

    def start(self) -> None:
        self.profile.mkdir(parents=True, exist_ok=True)
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        program = shutil.which("chromium") or "/usr/bin/chromium"
        self.process = subprocess.Popen(
            [program, *ARGUMENTS, f"--user-data-dir={self.profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "TZ": "Asia/Shanghai"},
        )
        until = time.monotonic() + PATIENCE
        while not port_file.exists() or not port_file.read_text().strip():
            assert time.monotonic() < until, "chromium did not start"
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        self.browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.context = self.browser.contexts[0]
        self.context.grant_permissions(["geolocation"])
        self.context.set_geolocation({"longitude": 87.3, "latitude": 44.0, "accuracy": 8})
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page = self.context.new_page()
        self.page.set_viewport_size(SIZE)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def kill(self) -> None:
        """kill -9 of the browser with all its processes: nobody says goodbye."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def restart(self) -> None:
        self.kill()
        self.start()

    # --- what a person does ------------------------------------------------------------------

    def open(self, path: str) -> Any:
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, username: str) -> None:
        self.open("/accounts/login/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", cast.PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url("**/inspections/**")

    def choose(self, picker: str, files: list[str]) -> None:
        """Files of any size by their paths; Playwright would send their bytes along, up to 50 MB."""
        session = self.context.new_cdp_session(self.page)
        found = session.send(
            "Runtime.evaluate", {"expression": f"document.querySelector({picker!r})"}
        )
        session.send(
            "DOM.setFileInputFiles", {"files": files, "objectId": found["result"]["objectId"]}
        )
        session.detach()

    def wait(self, script: str) -> None:
        """Until the script is true, asked once the tablet's data are open.

        Playwright's own waiting evaluates strings inside the page, which its policy forbids.
        """
        ready = "document.documentElement.dataset.tablet === 'ready'"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if self.page.evaluate(f"(async () => {ready} && (await ({script})))()"):
                    return
            except Error as error:
                if "Execution context" not in str(error):
                    raise
            time.sleep(0.05)
        shown = self.page.evaluate("document.body.innerText.slice(0, 1500)")
        raise AssertionError(f"waited {PATIENCE} s for {script}; the page says:\n{shown}")

    def ready_for_the_field(self, public_id: Any) -> None:
        """Opened once with a network: data and pages are on the tablet."""
        self.open(f"/inspections/{public_id}/")
        paths = [f"/inspections/{public_id}/{page}" for page in ("", "record/", "sign/", "gate/")]
        self.wait(
            f"Promise.all({paths}.map((p) => caches.match(p))).then((all) => all.every(Boolean))"
        )
        self.wait(f"Tablet.store.assignment('{public_id}').then(Boolean)")

    def hand_in(self, username: str) -> None:
        """The network is back. A browser that was killed may have lost its newest cookies."""
        self.page.evaluate("Tablet.run()")
        self.wait("['online', 'signin'].includes(Tablet.network())")
        if self.page.evaluate("Tablet.network()") == "signin":
            self.sign_in(username)
        self.all_sent()

    def all_sent(self) -> None:
        self.wait("Tablet.waiting().then((w) => w.ops === 0 && w.files === 0)")

    def sign(self, signer: str, name: str = "") -> None:
        card = self.page.locator(f'[data-signer="{signer}"][data-live]')
        if name:
            card.locator("input").fill(name)
        pad = card.locator("canvas")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + 20, box["y"] + 40)
        mouse.down()
        for step in range(1, 8):
            mouse.move(box["x"] + 20 + 18 * step, box["y"] + 40 + 25 * (step % 3))
        mouse.up()
        card.locator("button", has_text="确认签名").click()
        card.locator(".tag--ok").wait_for()
