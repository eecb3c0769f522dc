"""Each inspector reaches only what is his, where there is most to reach: a record with evidence, orders,
recheck, case and penalty, in every paper, step and file, and through the tablet's protocol."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inspections.choices import PaperCopy, PaperFormat
from inspections.models import Assignment, PrintedPaper, Problem, ProblemEvent, SyncOperation
from inspections.services import orders, rechecks
from inspections.services.review import approve_record
from inspections.tests.papers.test_penalty_paper import record_case
from inspections.tests.services.test_follow_up import inspect, issue, rectify, serve
from inspections.views.problems import STEPS
from tests.access.test_only_his_own import patterns
from tests.scene import Scene

pytestmark = pytest.mark.django_db
# Desks that show everybody's rows to those who hold their permission; the role × URL tests walk them.
DESKS = {
    "dispatch", "decide_change", "check_request_decide", "merge_visits", "answer_objection",
    "clue", "clue_reporter",
}  # fmt: skip
# Answered below in their own tests: they name no assignment.
PROTOCOL = {"evidence_bytes"}


@pytest.fixture
def followed(scene: Scene) -> tuple[Problem, Problem]:
    """One problem ordered, corrected and seen again; one that was punished, of another assignment."""
    version = scene.submitted(problem=rectify(scene))
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    problem = version.problems.get()
    serve(scene, issue(scene, problem))
    orders.add_correction(
        problem_id=problem.pk,
        chunks=[b"%PDF-1.4\n%%EOF"],
        name="整改.pdf",
        text="整改报告",
        actor=scene.lead(problem.assignment),
        now=scene.now,
    )
    again = rechecks.open_recheck(problem_id=problem.pk, now=scene.now - timedelta(hours=9))
    assert again is not None
    inspect(scene, again)
    decision = record_case(scene, scene.assignments[1])
    return problem, decision.problem


def papers(problem: Problem) -> Iterator[str]:
    keys = [("record", problem.version_id)]
    for order in problem.orders.all():
        keys += [("order", order.pk), ("order-receipt", order.pk)]
    for recheck in problem.rechecks.all():
        keys.append(("recheck", recheck.assignment.versions.get().pk))
    for decision in problem.penalties.all():
        keys += [("penalty", decision.pk), ("penalty-receipt", decision.pk)]
    for kind, key in keys:
        for copy in PaperCopy.values:
            for form in PaperFormat.values:
                yield reverse("inspections:problem_paper", args=[problem.pk, kind, key, copy, form])


def addresses(problem: Problem) -> Iterator[str]:
    """Everything that leads to the problem, its assignment and its recheck."""
    yield reverse("inspections:problem", args=[problem.pk])
    for step in STEPS:
        yield reverse("inspections:problem_step", args=[problem.pk, step])
    yield from papers(problem)
    for file in problem.corrections.all():
        yield reverse("inspections:correction_file", args=[problem.pk, file.sha256])
    rows = [problem.assignment, *(row.assignment for row in problem.rechecks.all())]
    for row in rows:
        yield from _assignment_addresses(row)


def _assignment_addresses(row: Assignment) -> Iterator[str]:
    for name in (
        "assignment", "accept", "start", "propose_change", "record", "evidence", "sign",
        "take_signed", "submit", "repeat_reason", "gate",
    ):  # fmt: skip
        yield reverse(f"inspections:{name}", args=[row.public_id])
    for version in row.versions.all():
        yield reverse("inspections:review", args=[version.pk])
        for copy in PaperCopy.values:
            for form in PaperFormat.values:
                number = version.number
                yield reverse("inspections:record_file", args=[row.public_id, number, copy, form])
    for file in row.evidence.all():
        page = reverse("inspections:evidence_file", args=[row.public_id, file.sha256])
        yield from (page, f"{page}?size=small", f"{page}?size=screen")


def names_of(urls: Iterator[str]) -> set[str]:
    from django.urls import resolve

    return {resolve(url.partition("?")[0]).url_name or "" for url in urls}


def test_nobody_else_opens_or_changes_anything_of_it(
    scene: Scene, followed: tuple[Problem, Problem]
) -> None:
    problem, _case = followed
    team = {m.inspector.user for m in problem.assignment.team.all()}
    team |= {m.inspector.user for r in problem.rechecks.all() for m in r.assignment.team.all()}
    strangers = [user for user in scene.officers.values() if user not in team]
    strangers += [scene.users[name] for name in ("planner1", "publisher1", "admin1")]
    urls = list(addresses(problem))
    before = (ProblemEvent.objects.count(), PrintedPaper.objects.count())

    open_doors = []
    for user in (None, *strangers):
        client = Client()
        if user is not None:
            client.force_login(user)
        for url in urls:
            for act in (client.get, client.post):
                answer = act(url)
                shut = answer.status_code in (403, 404, 405)
                to_sign_in = user is None and "/accounts/login/" in answer.get("Location", "")
                if not shut and not to_sign_in:
                    open_doors.append(f"{user} {act.__name__} {url}: {answer.status_code}")

    assert strangers[:-3], "nobody is left who is not on the team"
    assert open_doors == []
    assert (ProblemEvent.objects.count(), PrintedPaper.objects.count()) == before


def test_the_team_opens_every_paper_and_file_of_its_own_and_none_of_another(
    scene: Scene, followed: tuple[Problem, Problem]
) -> None:
    problem, case = followed
    client = Client()
    client.force_login(scene.lead(problem.assignment))
    files = [*papers(problem), *(u for u in addresses(problem) if "/corrections/" in u)]

    assert {client.get(url).status_code for url in files} == {200}
    own, other = f"/problems/{problem.pk}/", f"/problems/{case.pk}/"
    mixed = [url.replace(other, own) for url in papers(case)]
    mixed += [url.replace(own, other) for url in papers(problem)]
    assert {client.get(url).status_code for url in mixed} == {404}


def test_no_address_of_the_floor_is_forgotten(followed: tuple[Problem, Problem]) -> None:
    """A new address has to be put to the test, or to a desk."""
    walked = {name for problem in followed for name in names_of(addresses(problem))}

    asked = {pattern.name for pattern in patterns()}
    assert asked - walked == DESKS | PROTOCOL


def test_the_protocol_gives_and_takes_nothing_of_anothers_assignment(scene: Scene) -> None:
    assignment = scene.started(2)
    photo = scene.photo(assignment, "narrative")
    stranger = scene.stranger(assignment)
    client = Client()
    client.force_login(stranger)
    client.raise_request_exception = True

    listed = client.get("/inspections/sync/").json()["assignments"]
    op = {
        "op": str(uuid.uuid4()), "seq": 1, "assignment": str(assignment.public_id),
        "section": "narrative", "base": 0, "value": {"text": "外人写的"},
        "at": timezone.localtime(scene.now).isoformat(),
    }  # fmt: skip
    body = {"v": 1, "device": str(uuid.uuid4()), "ops": [op]}
    answers = client.post(
        "/inspections/sync/", json.dumps(body), content_type="application/json"
    ).json()["answers"]
    state = client.get(f"/inspections/evidence/{photo}/").json()

    own = {str(row.public_id) for row in Assignment.objects.filter(team__inspector__user=stranger)}
    assert {row["assignment"] for row in listed} <= own
    assert answers[0]["status"] == "refused"
    assert "外人写的" not in str(list(assignment.sections.values_list("value", flat=True)))
    assert not SyncOperation.objects.filter(user=stranger, assignment=assignment).exclude(
        status="refused"
    )
    assert (state["whole"], state["parts"]) == (False, [])
    assert Client().get("/inspections/sync/").status_code == 401
    for name in ("planner1", "publisher1", "admin1", "director1"):
        other = Client()
        other.force_login(scene.users[name])
        assert other.get("/inspections/sync/").status_code == 403
        assert other.get(f"/inspections/evidence/{photo}/").status_code == 403
