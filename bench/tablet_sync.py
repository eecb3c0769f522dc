"""200 tablets with 20 photos each come back into the network at the same time.

    DATABASE_URL=postgres://… python bench/tablet_sync.py [--tablets 200] [--photos 20]

gunicorn (2 workers, 4 threads) on a database made beside the one named and dropped afterwards. In
rounds of 20 tablets that all send at once: first or second (in turn) the same photos go to a view that
only receives, hashes and keeps them. One request in ten is sent and its reply never read, then sent
again. Prints both ratios (time; processor time of the server's processes) and then counts in the
database and on the disk: nothing lost, nothing twice.
"""

import argparse
import hashlib
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

from house import ROOT, prepare

prepare()

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from inspections.models import Assignment, Evidence, EvidenceReceipt, RecordSection, SyncOperation
from inspections.services.evidence import path_of
from registry.models import AuditEvent, Inspector
from tests.scene import Scene

ROUND = 20
TOKEN = "x" * 32
LOST = 0.1
DICE = random.Random(7)  # noqa: S311
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    def __init__(self) -> None:
        self.port = free_port()
        values = connection.settings_dict
        url = f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}"
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "bare_receipt", "--bind", f"127.0.0.1:{self.port}",
                "--workers", "2", "--threads", "4", "--timeout", "120", "--log-level", "error",
            ],
            env={
                **os.environ,
                "DATABASE_URL": f"{url}/{values['NAME']}",
                "PYTHONPATH": f"{ROOT / 'bench'}:{ROOT}",
            },
            cwd=ROOT,
        )  # fmt: skip
        while True:
            try:
                if self.ask("GET", "/healthz")[0]:
                    return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("gunicorn did not start") from None
                time.sleep(0.2)

    def ask(
        self, method: str, path: str, body: bytes = b"", *, lose: bool = False, **headers: str
    ) -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            line.request(method, path, body or None, headers)
            if lose:
                return None
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def processor(self) -> float:
        """Seconds its processes have worked."""
        own = self.process.pid
        pids = [own, *Path(f"/proc/{own}/task/{own}/children").read_text().split()]
        total = 0
        for pid in pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS


def picture(number: int) -> bytes:
    """As a tablet makes it: 2048 × 1536, some 600 KB."""
    target = BytesIO()
    small = Image.effect_noise((256, 192), 60 + number).resize(
        (2048, 1536), Image.Resampling.BICUBIC
    )
    small.convert("RGB").save(target, "JPEG", quality=85)
    return target.getvalue()


class Tablet:
    def __init__(
        self, server: Server, assignment: Assignment, user: Any, photos: list[bytes]
    ) -> None:
        self.server, self.assignment = server, assignment
        client = Client()
        client.force_login(user)
        self.headers = {
            "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
        }
        # Every photo its own: what follows the end of the picture counts for the hash only.
        made = [photo + uuid.uuid4().bytes for photo in photos]
        self.photos = {hashlib.sha256(photo).hexdigest(): photo for photo in made}
        self.ops = self._operations()

    def _operations(self) -> list[dict[str, Any]]:
        values: dict[str, Any] = {
            f"must_check:{n}": {"answer": "no_problem", "note": ""} for n in range(1, 11)
        }
        values["must_check:8"] = {
            "answer": "problem",
            "note": "标识缺失",
            "evidence": list(self.photos),
        }
        values["narrative"] = {"text": "企业正常生产"}
        for sha in self.photos:
            values[f"evidence:{sha}"] = {
                "must_check": "must_check:8",
                "note": "贮存间",
                "taker": "甲",
            }
        at = timezone.localtime().isoformat(timespec="seconds")
        return [
            {"op": str(uuid.uuid4()), "seq": n, "assignment": str(self.assignment.public_id),
             "section": section, "base": 0, "value": value, "at": at}
            for n, (section, value) in enumerate(values.items())
        ]  # fmt: skip

    def send(self, method: str, path: str, body: bytes = b"", **more: str) -> Any:
        if DICE.random() < LOST:
            self.server.ask(method, path, body, lose=True, **self.headers, **more)
        return self.server.ask(method, path, body, **self.headers, **more)

    def hand_in(self) -> None:
        body = json.dumps({"v": 1, "device": str(uuid.uuid4()), "ops": self.ops}).encode()
        status, answer = self.send(
            "POST", "/inspections/sync/", body, **{"Content-Type": "application/json"}
        )
        answers = json.loads(answer)["answers"]
        if status != 200 or {a["status"] for a in answers} - {"applied", "already"}:
            raise SystemExit(answer.decode())
        for sha, photo in self.photos.items():
            status, answer = self.send("PUT", f"/inspections/evidence/{sha}/", photo)
            if status not in (200, 201):
                raise SystemExit(f"{status} {answer.decode()[:300]}")
        self.send("GET", "/inspections/sync/")

    def bare(self) -> None:
        for sha, photo in self.photos.items():
            if self.server.ask("PUT", f"/bare/{sha}/", photo)[0] != 201:
                raise SystemExit("not received")


def people(scene: Scene, count: int) -> list[tuple[Assignment, Any]]:
    """``count`` assignments under way, each with a lead of its own."""
    pattern = scene.started()
    lead, assisting = (pattern.team.get(role=role).inspector for role in ("lead", "assisting"))
    group = Group.objects.get(user=scene.lead(pattern))
    made = []
    for number in range(count):
        user = type(lead.user).objects.create(username=f"tablet{number}", first_name=f"甲{number}")
        user.groups.add(group)
        person = Inspector.objects.get(pk=lead.pk)
        person.pk, person.code, person.user = None, f"T{number:04d}", user
        person.save(force_insert=True)
        row = Assignment.objects.get(pk=pattern.pk)
        row.pk, row.public_id, row.number = None, uuid.uuid4(), f"{pattern.number}-{number}"
        row.plan = row.wave = None
        row.check_source = "targeted"
        row.save(force_insert=True)
        row.team.create(inspector=person, role="lead", position=1)
        row.team.create(inspector=assisting, role="assisting", position=2)
        made.append((row, user))
    return made


def timed(
    server: Server, tablets: list[Tablet], work: Callable[[Tablet], None]
) -> tuple[float, float]:
    before, start = server.processor(), time.perf_counter()
    with ThreadPoolExecutor(len(tablets)) as pool:
        list(pool.map(work, tablets))
    return time.perf_counter() - start, server.processor() - before


def check(tablets: list[Tablet], since: int) -> None:
    """What the database and the disk say afterwards."""
    photos = {sha for tablet in tablets for sha in tablet.photos}
    ops = {op["op"] for tablet in tablets for op in tablet.ops}
    stored = list(Evidence.objects.values_list("sha256", flat=True))
    found = {
        "evidence rows": len(stored) == len(photos) and set(stored) == photos,
        "receipts": EvidenceReceipt.objects.count() == len(photos),
        "operations": SyncOperation.objects.filter(op__in=ops).count() == len(ops),
        "sections": RecordSection.objects.filter(rev=1, assignment__in=[t.assignment for t in tablets])
        .exclude(section="assignment").count() == len(ops),
        "trail": AuditEvent.objects.filter(action="evidence.stored", pk__gt=since).count() == len(photos),
        "bytes": all(hashlib.sha256(path_of(sha).read_bytes()).hexdigest() == sha for sha in photos),
        "nothing half": not list(Path(settings.EVIDENCE_ROOT).glob("receiving-*")),
    }  # fmt: skip
    for name, right in found.items():
        print(f"  {name}: {'as sent' if right else 'WRONG'}")
    if not all(found.values()):
        raise SystemExit("something was lost or came twice")


def run(count: int, photos: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder))
    pictures = [picture(number) for number in range(photos)]
    server = Server()
    try:
        tablets = [Tablet(server, row, user, pictures) for row, user in people(scene, count)]
        since = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        ratios, seconds = [], 0.0
        for number, first in enumerate(range(0, count, ROUND)):
            group = tablets[first : first + ROUND]
            kinds = [Tablet.bare, Tablet.hand_in]
            if number % 2:
                kinds.reverse()
            taken = {kind: timed(server, group, kind) for kind in kinds}
            (bare, bare_work), (ours, our_work) = taken[Tablet.bare], taken[Tablet.hand_in]
            seconds += ours
            ratios.append((ours / bare, our_work / bare_work))
            print(
                f"  {len(group)} tablets: bare {bare:.1f} s, handed in {ours:.1f} s; processor {bare_work:.1f} s, "
                f"{our_work:.1f} s",
                flush=True,
            )
        check(tablets, since)
    finally:
        server.process.terminate()
        server.process.wait()
    size = statistics.mean(map(len, pictures)) / 1e3
    print(
        f"{count} tablets × {photos} photos of {size:.0f} KB: {count * photos / seconds:.0f} photos/s"
    )
    print(
        "handing in / bare receipt, median of the rounds: "
        f"time {statistics.median(r for r, _ in ratios):.2f}, processor {statistics.median(r for _, r in ratios):.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--tablets", type=int, default=200)
    parser.add_argument("--photos", type=int, default=20)
    given = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("DATABASE_URL must name a PostgreSQL database")
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(given.tablets, given.photos)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
