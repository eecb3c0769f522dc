"""Videos, documents and files of several parts: taken without a network, arriving byte by byte."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from inspections.models import Assignment
from inspections.services.evidence import path_of
from tests.scene import Scene

from .browser import Tablet
from .network import Network
from .test_offline import hashes, take
from .test_trouble import record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MB = 1024 * 1024
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"


def file(path: Path, head: bytes, size: int, tail: bytes = b"") -> Path:
    body = os.urandom(size - len(head) - len(tail)).replace(
        b"/", b"."
    )  # no name of a PDF by chance
    path.write_bytes(head + body + tail)
    return path


def sha_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_video_and_documents_arrive_whole_though_the_link_breaks_between_parts(
    scene: Scene, network: Network, tablet: Tablet, tmp_path: Path
) -> None:
    assignment = scene.started()
    video = file(tmp_path / "现场.mp4", MP4, 20 * MB)
    report = file(tmp_path / "监测报告.pdf", PDF, 9 * MB, b"\n%%EOF\n")
    permit = file(tmp_path / "许可证.pdf", PDF, 200_000, b"\n%%EOF\n")
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    record(tablet, assignment)
    take(tablet, "narrative", [str(video), str(report), str(permit)])
    captured = hashes(tablet)
    assert captured == sorted(map(sha_of, (video, report, permit)))
    tablet.restart()
    record(tablet, assignment)
    assert hashes(tablet) == captured

    Session.objects.all().delete()  # a killed browser may have lost its session, or not
    network.only = lambda method, path: f"{sha_of(video)}/?part=2" in path
    network.mode = "cut"
    tablet.page.evaluate("Tablet.run()")
    tablet.wait("Tablet.network() === 'signin'")
    tablet.sign_in(scene.lead(assignment).username)
    # Not by leaving a page in the middle of a part: that would send the part again, rightly.
    tablet.wait("['offline', 'server'].includes(Tablet.network())")
    network.mode = "up"
    tablet.hand_in(scene.lead(assignment).username)

    stored = dict(assignment.evidence.values_list("sha256", "media_type"))
    assert stored == {
        sha_of(video): "video/mp4",
        sha_of(report): "application/pdf",
        sha_of(permit): "application/pdf",
    }
    for one in (video, report, permit):
        assert path_of(sha_of(one)).read_bytes() == one.read_bytes()
    assert parts_of(network, video) == {"1": 1, "3": 1}  # what had arrived was not sent again


def parts_of(network: Network, one: Path) -> dict[str, int]:
    """How often each part was sent; the second, which was cut off, is left out."""
    sent: dict[str, int] = {}
    for method, path in network.seen:
        if method == "PUT" and f"{sha_of(one)}/?part=" in path:
            part = path.partition("part=")[2].partition("&")[0]
            sent[part] = sent.get(part, 0) + 1
    assert sent.pop("2") >= 2
    return sent


def test_what_is_too_long_or_no_evidence_is_said_at_once(
    scene: Scene, tablet: Tablet, tmp_path: Path
) -> None:
    assignment: Assignment = scene.started()
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    record(tablet, assignment)
    wrong: list[tuple[Any, str]] = [
        (file(tmp_path / "大报告.pdf", PDF, 21 * MB), "“大报告.pdf”超过 20 MB，没有保存"),
        (file(tmp_path / "说明.html", b"<script>", 100), "“说明.html”不是照片、视频或 PDF"),
    ]

    for path, expected in wrong:
        tablet.choose('[data-pick="narrative"] input', [str(path)])
        tablet.wait(f"document.getElementById('tablet-alarm').textContent.includes('{expected}')")

    assert tablet.page.locator('[data-photos="narrative"] > li').count() == 0
