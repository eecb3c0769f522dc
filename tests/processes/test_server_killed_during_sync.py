"""kill -9 of the whole web server while a tablet hands in a record: nothing lost, nothing twice."""

import hashlib
import http.client
import json
import os
import random
import re
import select
import signal
import uuid
from collections import Counter
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from inspections.models import (
    Assignment,
    Evidence,
    EvidenceReceipt,
    RecordSection,
    RecordVersion,
    SyncOperation,
)
from inspections.rules.sync import canonical_content, digest
from inspections.services.evidence import (
    PART_BYTES,
    PARTS_KEPT,
    drop_abandoned_parts,
    path_of,
)
from inspections.services.integrity import inspection_faults
from registry.models import AuditEvent, Deadline
from registry.papers.stored_files import drop_unfinished
from tests.scene import Scene

from .conftest import Processes, wait_until
from .test_sync_at_once import free_port, operation

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
PHOTOS = 20
# Moments at which the server dies; a number is the lasting step in it (dying.py) before which it does.
BEFORE, HALF, UNREAD = "before it is asked", "half-way in the body", "its reply unread"
Moment = str | int | None
# Bytes to the disk, the second name for screens, both sizes and the file in their place, receipt,
# join to the record, answer.
UPLOAD_STEPS = 8
MOMENTS: dict[str, list[Moment]] = {
    "sections": [0, 17, UNREAD],
    "photo 0": [BEFORE],
    "photo 1": [HALF],
    # Each step of an upload, each with a photo that is new; the last moment is past the answer.
    **{f"photo {2 + step}": [step] for step in range(UPLOAD_STEPS + 1)},
    f"photo {PHOTOS - 1}": [UNREAD, HALF],
    "part 1": [HALF],
    # All parts are here and nothing joined them; joined without receipt; with it, but in no record.
    "part 2": [2, 4, 5],
    "signatures": [1, UNREAD],
    "submission": [0, 1, UNREAD],
}
AFTER_THE_LAST_STEP = [(f"photo {2 + UPLOAD_STEPS}", UPLOAD_STEPS)]


class Killed(Exception):
    """The server died, and what it was asked was not acknowledged."""


class MortalServer:
    """gunicorn as in production, in a process group that is killed as a whole."""

    def __init__(self, processes: Processes, var_dir: Path) -> None:
        processes.others["CHANJI_VAR_DIR"] = str(var_dir)
        self.processes, self.port, self.deaths = processes, free_port(), 0
        self.receiving = var_dir / "evidence"
        self.start()

    def start(self) -> None:
        self.leader = self.processes.start(
            "gunicorn", "chanji_dualrandom.wsgi", "--workers", "2", "--threads", "4",
            "--bind", f"127.0.0.1:{self.port}", "--config", "python:tests.processes.dying",
            own_group=True,
        )  # fmt: skip
        wait_until(self._answers, "the web server")

    def _answers(self) -> bool:
        try:
            return self.ask(None, "GET", "/healthz")[0] > 0
        except OSError:
            return False

    def kill(self) -> None:
        os.killpg(self.leader.pid, signal.SIGKILL)

    def rise(self) -> None:
        # Its pipe ends with the last process of the group: then no port and no lock is held.
        self.leader.communicate(timeout=60)
        assert self.leader.returncode == -signal.SIGKILL
        self.deaths += 1
        self.start()

    def ask(
        self, moment: Moment, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, Any, bytes]:
        """Status, headers and body; Killed where the server died before they were read."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        if isinstance(moment, int):
            headers["X-Die-Before"] = str(moment)
        try:
            if moment == BEFORE:
                self.kill()
            if moment == HALF:
                self._send_half(line, method, path, body, headers)
                self.kill()
                raise Killed
            line.request(method, path, body or None, headers)
            if moment == UNREAD:
                assert select.select([line.sock], [], [], 60)[0]
                self.kill()
                raise Killed
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException) as broken:
            if moment is None:
                raise
            raise Killed from broken
        finally:
            line.close()

    def _send_half(self, line: Any, method: str, path: str, body: bytes, headers: Any) -> None:
        before = set(self.receiving.glob("receiving-*"))
        line.putrequest(method, path)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            line.putheader(name, value)
        line.endheaders(body[: len(body) // 2])
        if method == "PUT":
            wait_until(lambda: self._has_bytes(before), "the bytes on the server's disk")

    def _has_bytes(self, before: set[Path]) -> bool:
        return any(path.stat().st_size for path in set(self.receiving.glob("receiving-*")) - before)


class Tablet:
    """What a tablet holds and sends (tablet-sync): an operation waits until it was answered, a file
    until it was taken. What is acknowledged is never sent again.

    ``moments``: what is sent → when the server dies of it, one death for each attempt.
    """

    def __init__(self, server: MortalServer, session: str, assignment: Assignment) -> None:
        self.server, self.assignment = server, assignment
        self.cookies, self.device = {"sessionid": session}, str(uuid.uuid4())
        self.values: dict[str, Any] = {}
        self.queue: list[dict[str, Any]] = []
        self.sent: list[str] = []
        self.files: dict[str, bytes] = {}
        self.taken: list[str] = []
        self.answered: dict[str, dict[str, Any]] = {}
        self.moments: dict[str, list[Moment]] = {}
        self.survived: list[tuple[str, Moment]] = []

    def write(self, section: str, value: Any) -> None:
        self.values[section] = value
        self.queue.append(operation(self.assignment, section, value))

    def capture(self, content: bytes) -> str:
        """The hash is taken here, from the bytes that are kept."""
        sha = hashlib.sha256(content).hexdigest()
        self.files[sha] = content
        return sha

    def sign(self, signer: str) -> str:
        content = canonical_content(self.values)
        value = {
            "signer": signer,
            "name": "签名人",
            "strokes": [[[1, 2, 3], [4, 5, 6]]],
            "content": content,
            "digest": digest(content),
            "at": timezone.localtime().isoformat(timespec="seconds"),
        }
        self.queue.append(operation(self.assignment, f"signature:{signer}", value))
        return digest(content)

    # --- sending ----------------------------------------------------------------------------

    def hand_in(self, batch: str) -> None:
        """Rounds until one goes through; ``batch`` is the name its operations have in ``moments``."""
        while True:
            try:
                return self._round(batch)
            except Killed:
                self.server.rise()

    def _round(self, batch: str) -> None:
        if "csrftoken" not in self.cookies:
            self._fetch()
        self._post(batch)
        for number, (sha, content) in enumerate(self.files.items()):
            if sha not in self.taken:
                self._upload(number, sha, content)
                self.taken.append(sha)
        self._fetch()

    def _ask(self, name: str, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        left = self.moments.get(name)
        moment = left.pop(0) if left else None
        headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        status, given, content = self.server.ask(moment, method, path, body, **headers)
        if moment is not None:
            self.survived.append((name, moment))
        assert status in (200, 201, 202), f"{name}: {status} {content.decode()[:500]}"
        token = re.search(r"csrftoken=(\w+)", given.get("Set-Cookie", ""))
        if token:
            self.cookies["csrftoken"] = token[1]
        return json.loads(content)

    def _post(self, batch: str) -> None:
        if not self.queue:
            return
        body = json.dumps({"v": 1, "device": self.device, "ops": self.queue}).encode()
        json_type = {"Content-Type": "application/json"}
        reply = self._ask(batch, "POST", "/inspections/sync/", body, **json_type)
        assert [answer["op"] for answer in reply["answers"]] == [op["op"] for op in self.queue]
        for answer in reply["answers"]:
            assert answer["status"] in ("applied", "already"), answer
            self.answered[answer["op"]] = answer
        self.queue = []

    def _upload(self, number: int, sha: str, content: bytes) -> None:
        path = f"/inspections/evidence/{sha}/"
        if len(content) <= PART_BYTES:
            self._ask(f"photo {number}", "PUT", path, content)
            return
        parts = [content[at : at + PART_BYTES] for at in range(0, len(content), PART_BYTES)]
        state = self._ask("state", "GET", f"{path}?of={len(parts)}")
        for part, body in enumerate(parts, 1):
            # As static/js/tablet/sync.js: what has arrived is not sent again.
            if state["whole"] or part in state["parts"]:
                continue
            own = {"X-Part-SHA256": hashlib.sha256(body).hexdigest()}
            query = f"?part={part}&of={len(parts)}"
            self._ask(f"part {part}", "PUT", path + query, body, **own)

    def _fetch(self) -> None:
        reply = self._ask("news", "GET", "/inspections/sync/")
        mine = str(self.assignment.public_id)
        sections = next(row for row in reply["assignments"] if row["assignment"] == mine)[
            "sections"
        ]
        self.values["assignment"] = sections["assignment"]["value"]


# --- what was captured ----------------------------------------------------------------------


def picture(number: int) -> bytes:
    """Some 200 KB, each its own: more than the server reads at once."""
    target, noise = BytesIO(), random.Random(number).randbytes(240 * 180)  # noqa: S311
    small = Image.frombytes("L", (240, 180), noise)
    small.resize((960, 720)).convert("RGB").save(target, "JPEG", quality=90)
    return target.getvalue()


def video() -> bytes:
    """Larger than one part."""
    head = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    return head + random.Random(PHOTOS).randbytes(PART_BYTES + 300_000)  # noqa: S311


def fill(tablet: Tablet, scene: Scene) -> None:
    """A whole record: ten must-checks, one of them a problem shown by every file."""
    for content in [*map(picture, range(PHOTOS)), video()]:
        tablet.capture(content)
    codes = tablet.assignment.inspection_items.values_list("code", flat=True)
    tablet.write(
        "visit",
        {
            "start": scene.iso(scene.now - timedelta(hours=4)),
            "end": scene.iso(scene.now - timedelta(hours=2)),
            "place": "厂区",
            "identity_shown": True,
            "recusal_told": True,
        },
    )
    tablet.write("unit", {"name": "示范有限公司", "address": "示范大道1号"})
    tablet.write("items", {"methods": dict.fromkeys(codes, "on_site")})
    for number in set(range(1, 11)) - {8}:
        tablet.write(f"must_check:{number}", {"answer": "no_problem", "note": ""})
    problem = {"answer": "problem", "note": "标识缺失", "handling": "corrected_on_spot"}
    tablet.write("must_check:8", {**problem, "evidence": list(tablet.files)})
    for sha in tablet.files:
        what = {"must_check": "must_check:8", "note": "贮存间", "time": scene.iso(scene.now)}
        tablet.write(f"evidence:{sha}", what)
    tablet.write("narrative", {"text": "企业正常生产"})
    tablet.write("result", {"outcome": "2"})
    tablet.write("party", {"opinion": "属实", "rights_told": True})


# --- what the server has in the end ----------------------------------------------------------


def assert_one_record(tablet: Tablet, signed: str) -> None:
    version = RecordVersion.objects.get()
    content = canonical_content(tablet.values)
    assert (version.assignment, version.number) == (tablet.assignment, 1)
    assert (version.content, version.digest) == (content, signed)
    assert len(version.signatures) == 4
    tablet.assignment.refresh_from_db()
    assert tablet.assignment.state == "submitted"
    assert AuditEvent.objects.filter(action="record.submitted").count() == 1
    assert Deadline.objects.filter(kind="review_record").count() == 1


def assert_each_operation_once(tablet: Tablet) -> None:
    stored = SyncOperation.objects.filter(assignment=tablet.assignment, device=tablet.device)
    assert Counter(str(op) for op in stored.values_list("op", flat=True)) == Counter(
        list(tablet.answered)
    )
    assert set(stored.values_list("status", flat=True)) == {"applied"}
    sections = RecordSection.objects.filter(assignment=tablet.assignment)
    assert set(sections.values_list("rev", flat=True)) == {1}
    for row in stored:
        assert row.rev == tablet.answered[str(row.op)]["rev"]


def assert_each_file_once(tablet: Tablet) -> None:
    captured = Counter(list(tablet.files))
    assert Counter(Evidence.objects.values_list("sha256", flat=True)) == captured
    assert Counter(EvidenceReceipt.objects.values_list("sha256", flat=True)) == captured
    assert AuditEvent.objects.filter(action="evidence.stored").count() == len(captured)
    for sha, content in tablet.files.items():
        kept = path_of(sha).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == sha
        assert kept == content


def assert_nothing_else_on_the_disk(tablet: Tablet, root: Path, before: set[str]) -> None:
    """What dying servers left half received is nobody's, and goes when its days are over."""
    later = timezone.now() + PARTS_KEPT + timedelta(minutes=1)
    assert drop_unfinished(now=later) > 0
    drop_abandoned_parts(now=later)
    assert names_on_disk(root) - before == set(tablet.files)


def names_on_disk(root: Path) -> set[str]:
    return {path.name.partition(".")[0] for path in root.rglob("*") if path.is_file()}


def test_a_record_arrives_whole_and_once_though_the_server_is_killed_all_along(
    tmp_path: Path, evidence_root: Path, scene: Scene, processes: Processes
) -> None:
    assignment = scene.started()
    before = names_on_disk(evidence_root)
    client = Client()
    client.force_login(scene.lead(assignment))
    server = MortalServer(processes, tmp_path)
    tablet = Tablet(server, client.cookies["sessionid"].value, assignment)
    tablet.moments = {name: list(moments) for name, moments in MOMENTS.items()}

    fill(tablet, scene)
    tablet.hand_in("sections")
    officers = assignment.team.filter(inspector__role="officer")
    for signer in [*(f"officer-{m.inspector.code}" for m in officers), "recusal", "party"]:
        signed = tablet.sign(signer)
    tablet.hand_in("signatures")
    tablet.queue.append(operation(assignment, "submit", {"digest": signed}))
    tablet.hand_in("submission")

    assert [tablet.survived, any(tablet.moments.values())] == [AFTER_THE_LAST_STEP, False]
    assert server.deaths == sum(map(len, MOMENTS.values())) - len(AFTER_THE_LAST_STEP)
    assert_one_record(tablet, signed)
    assert_each_operation_once(tablet)
    assert_each_file_once(tablet)
    assert_nothing_else_on_the_disk(tablet, evidence_root, before)
    assert list(inspection_faults()) == []
