"""Someone with nothing but the public site: recomputes draws, sees what was thrown away."""

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from disclosure.models import PublicProof
from disclosure.services.announcements import mirror_announcements
from inspections.services.dispatch import NothingToDispatch, dispatch_wave
from sampling.models import Draw
from sampling.rules.protocol import FIXED, FIXED_UNKNOWN, FOLLOWS, LOOK_UP
from sampling.services.voids import decide_void, propose_void
from tests.scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "见证人中途离场，程序不完整"


@pytest.fixture
def scene(world_undispatched: Scene) -> Scene:
    """A quarter whose draw was declared void, all through the services."""
    scene = world_undispatched
    directors = [scene.users["director1"], scene.users["director2"]]
    now = timezone.now()
    mirror_announcements(now=now)
    propose_void(number=scene.quarter, actor=directors[0], reason=REASON, now=now)
    with pytest.raises(NothingToDispatch, match="作废"):
        dispatch_wave(number=scene.quarter, actor=None, now=now)
    decide_void(number=scene.quarter, actor=directors[1], confirm=True, now=now)
    mirror_announcements(now=now)
    return scene


@pytest.fixture
def download(live_server: Any, tmp_path: Path) -> Callable[[str], Path]:
    def get(path: str) -> Path:
        file = tmp_path / Path(path).name
        with urlopen(live_server.url + path) as answer:  # noqa: S310 (our own server)
            file.write_bytes(answer.read())
        return file

    return get


def test_the_downloaded_verifiers_recompute_the_draw_in_an_empty_environment(
    scene: Scene, download: Callable[[str], Path], tmp_path: Path
) -> None:
    draw = Draw.objects.get()
    folder = f"/plans/{scene.quarter}/{draw.commitment}"
    proof, announcement = download(f"{folder}/proof.json"), download(f"{folder}/announcement.json")
    short, full = download("/verify/verifier.py"), download("/verify/protocol.py")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "empty"], check=True)

    def run(*command: object) -> subprocess.CompletedProcess[str]:
        python = tmp_path / "empty" / "bin" / "python"
        return subprocess.run(
            [python, "-I", "-X", "utf8", *map(str, command)],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    for done in (run(short, proof, announcement), run(full, proof, "--announcement", announcement)):
        assert (done.returncode, done.stderr) == (0, "")
        assert f"一、重算：一致。{FOLLOWS}" in done.stdout
        assert f"二、事前确定：{FIXED}" in done.stdout
        assert LOOK_UP in done.stdout
    for done in (run(short, proof), run(full, proof)):
        assert done.returncode == 0
        assert f"二、事前确定：{FIXED_UNKNOWN}" in done.stdout

    kept = json.loads(announcement.read_text(encoding="utf-8"))
    announcement.write_text(json.dumps(kept | {"reveal_by": "2099-01-01"}), encoding="utf-8")
    for done in (run(short, proof, announcement), run(full, proof, "--announcement", announcement)):
        assert done.returncode == 1
        assert "kept.reveal_by" in done.stdout + done.stderr

    bundle = json.loads(proof.read_text(encoding="utf-8"))
    bundle["teams"][next(iter(bundle["teams"]))].reverse()
    proof.write_text(json.dumps(bundle), encoding="utf-8")
    for done in (run(short, proof, announcement), run(full, proof, "--announcement", announcement)):
        assert done.returncode == 1
        assert "teams" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: PublicProof.objects.update(bundle="{}"),
        lambda: PublicProof.objects.all().delete(),
        lambda: PublicProof.objects.update(bundle="{}", sha256=sha256(b"{}").hexdigest()),
    ],
)
def test_an_altered_or_missing_proof_is_named(
    scene: Scene, tamper: Callable[[], object], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_integrity")
    tamper()

    with pytest.raises(CommandError):
        call_command("check_integrity")

    assert f"{scene.quarter} proof：" in capsys.readouterr().out


def test_a_void_draw_stays_public_with_its_reason_and_everything_in_it(scene: Scene) -> None:
    draw = Draw.objects.get()
    client = Client()

    page = client.get(f"/plans/{scene.quarter}/").content.decode()

    assert "已作废" in page
    assert REASON in page
    assert f"/plans/{scene.quarter}/{draw.commitment}/proof.json" in page
    assert client.get(f"/plans/{scene.quarter}/proof.json").status_code == 404  # none counts yet
    feed = client.get("/plans/feed.atom").content.decode()
    assert draw.commitment in feed
    assert REASON in feed
    assert "<author><name>昌吉高新区环境保护局</name></author>" in feed
    assert feed.count("<entry>") == 4  # announced, drawn, void, everything revealed
    verify = client.get(f"/verify/?commitment={draw.commitment}").content.decode()
    assert "已作废的抽取" in verify
    assert "data-start" in verify
