"""Tablets send the same operations at the same moment to real server processes."""

import http.client
import json
import random
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from inspections.models import Assignment, SyncOperation
from tests.scene import Scene

from .conftest import Processes, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
TOKEN = "x" * 32


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """gunicorn with two processes on the test's database."""

    def __init__(self, processes: Processes) -> None:
        self.port = free_port()
        processes.start(
            "gunicorn", "chanji_dualrandom.wsgi", "--workers", "2", "--threads", "4",
            "--bind", f"127.0.0.1:{self.port}",
        )  # fmt: skip
        wait_until(self._answers, "the web server")

    def _answers(self) -> bool:
        try:
            return self._ask("GET", "/healthz")[0] > 0
        except OSError:
            return False

    def _ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def send(self, session: str, *ops: dict[str, Any]) -> list[dict[str, Any]]:
        body = json.dumps({"v": 1, "device": str(uuid.uuid4()), "ops": ops})
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
        }
        status, answer = self._ask("POST", "/inspections/sync/", body, **headers)
        assert status == 200, answer.decode()
        return json.loads(answer)["answers"]


def operation(assignment: Assignment, section: str, value: Any, base: int = 0) -> dict[str, Any]:
    return {
        "op": str(uuid.uuid4()),
        "seq": 1,
        "assignment": str(assignment.public_id),
        "section": section,
        "base": base,
        "value": value,
        "at": timezone.localtime().isoformat(),
    }


@pytest.fixture
def server(processes: Processes) -> Server:
    return Server(processes)


def test_replays_at_the_same_moment_answer_the_same_and_write_once(
    scene: Scene, server: Server
) -> None:
    assignment = scene.started()
    client = Client()
    client.force_login(scene.lead(assignment))
    session = client.cookies["sessionid"].value
    ops = [
        *(operation(assignment, f"must_check:{n}", {"answer": "no_problem"}) for n in range(1, 7)),
        operation(assignment, "narrative", {"text": "甲"}),
        operation(assignment, "narrative", {"text": "乙"}),
        operation(assignment, "nonsense", {}),
    ]
    dice = random.Random(5)  # noqa: S311
    batches = [dice.sample(ops, len(ops)) for _ in range(12)]

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda batch: server.send(session, *batch), batches))

    answers: dict[str, list[dict[str, Any]]] = {op["op"]: [] for op in ops}
    for reply in replies:
        for answer in reply:
            answers[answer["op"]].append(answer)
    for given in answers.values():
        first = [a for a in given if a["status"] == "applied"]
        rest = [a for a in given if a["status"] not in ("applied", "already")]
        # Written exactly once and known ever after, or refused or in conflict in the same words.
        assert len(first) == 1 if not rest else (not first and all(a == rest[0] for a in rest))
    assert SyncOperation.objects.filter(op__in=answers).count() == len(ops)
    revs = dict(assignment.sections.values_list("section", "rev"))
    assert {revs[f"must_check:{n}"] for n in range(1, 7)} == {1}
    assert revs["narrative"] == 1


def test_one_identity_used_for_two_assignments_at_once_serves_one(
    scene: Scene, server: Server
) -> None:
    first, second = scene.started(0), scene.started(1)
    member = second.team.get(role="lead").inspector
    if not first.team.filter(inspector=member).exists():
        first.team.create(inspector=member, role="support", position=9)
    client = Client()
    client.force_login(member.user)
    session = client.cookies["sessionid"].value

    for _ in range(5):
        op = operation(first, "narrative", {"text": str(uuid.uuid4())})
        twins = [op, {**op, "assignment": str(second.public_id)}] * 3
        with ThreadPoolExecutor(6) as pool:
            replies = list(pool.map(lambda twin: server.send(session, twin)[0], twins))
        assert SyncOperation.objects.filter(op=op["op"]).count() == 1
        told = [r for r in replies if "op" in r.get("errors", {})]
        assert len(told) == 3
