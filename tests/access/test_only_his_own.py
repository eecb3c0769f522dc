"""Each inspector reaches only what is his: every URL of the inspection floor as every other officer."""

import pytest
from django.contrib.auth.models import User
from django.urls import NoReverseMatch, URLPattern, reverse
from django.urls.resolvers import get_resolver

from inspections.models import Assignment, Problem, RecordVersion
from inspections.permissions import VIEW_ALL_ASSIGNMENTS
from tests.access.test_roles import client_of

pytestmark = pytest.mark.django_db

# Decided by permission, not by team: the review desk, the clue desk, the planner's desk.
BY_PERMISSION = {403}


def patterns() -> list[URLPattern]:
    namespaces = get_resolver().namespace_dict
    _prefix, resolver = namespaces["inspections"]
    return [p for p in resolver.url_patterns if p.pattern.converters]


def addresses(assignment: Assignment) -> dict[str, str]:
    """Every address of the floor that leads to something of this assignment."""
    version = assignment.versions.order_by("-number").first() or RecordVersion(pk=0, number=1)
    problem = assignment.problems.first() or Problem(pk=0)
    evidence = assignment.evidence.first()
    values = {
        "public_id": assignment.public_id,
        "version_id": version.pk,
        "problem_id": problem.pk,
        "number": version.number,
        "step": "propose",
        "kind": "record",
        "key": version.pk,
        "copy": "party",
        "form": "pdf",
        "sha256": evidence.sha256 if evidence else "0" * 64,
    }
    found = {}
    for pattern in patterns():
        wanted = pattern.pattern.converters
        if not {"public_id", "version_id", "problem_id"} & set(wanted):
            continue
        arguments = {name: values[name] for name in wanted if name in values}
        try:
            found[pattern.name or ""] = reverse(f"inspections:{pattern.name}", kwargs=arguments)
        except NoReverseMatch:
            pytest.fail(f"{pattern.name}: the test does not know {set(wanted) - set(values)}")
    return found


def chosen(bureau: dict[str, User]) -> Assignment:
    """One with a record, a file and a problem, so that nothing is 404 for being absent."""
    row = Assignment.objects.filter(
        problems__isnull=False, versions__isnull=False, evidence__isnull=False
    ).first()
    assert row is not None
    return row


def test_every_address_of_one_assignment_is_closed_to_every_other_officer(
    bureau: dict[str, User],
) -> None:
    assignment = chosen(bureau)
    team = set(assignment.team.values_list("inspector__user__username", flat=True))
    others = [u for name, u in bureau.items() if name.startswith("officer") and name not in team]
    assert len(others) > 3

    open_doors = []
    for user in others:
        client = client_of(user)
        for name, url in addresses(assignment).items():
            for method in (client.get, client.post):
                status = method(url).status_code
                if status not in ({404, 405} | BY_PERMISSION):
                    open_doors.append(f"{user.username} {method.__name__} {name}: {status}")

    assert open_doors == []


def test_the_team_itself_gets_in(bureau: dict[str, User]) -> None:
    """Else the test above would pass on a floor that is closed to everybody."""
    assignment = chosen(bureau)
    member = assignment.team.filter(inspector__user__isnull=False).first()
    assert member is not None
    client = client_of(member.inspector.user)
    assert not member.inspector.user.has_perm(VIEW_ALL_ASSIGNMENTS)

    opened = {
        name for name, url in addresses(assignment).items() if client.get(url).status_code == 200
    }

    assert {"assignment", "record_file", "problem", "problem_paper", "evidence_file"} <= opened


def test_accounts_without_a_part_in_inspections_reach_none_of_it(bureau: dict[str, User]) -> None:
    assignment = chosen(bureau)

    for name in ("publisher1", "admin1", "planner1"):
        client = client_of(bureau[name])
        for label, url in addresses(assignment).items():
            assert client.get(url).status_code in (403, 404, 405), f"{name} {label}"
