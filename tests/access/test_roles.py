"""Every URL as every role, by the access table."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chanji_dualrandom.access import ACCESS, LOGIN, PUBLIC
from disclosure.models import (
    GuideMaterial,
    GuidePage,
    PublicationLink,
    PublicPlan,
    PublicResult,
)
from inspections.models import Assignment, CheckRequest, Clue, Problem, RecordVersion
from registry.clocks.services.calendar_feed import open_feed
from registry.models import (
    ConflictOfInterest,
    EvidenceFile,
    ImportedFile,
    InspectionItemList,
    Inspector,
    Leave,
    LegalBasis,
    PollutionSource,
    RiskAssessment,
    RiskFact,
    SourceMerge,
    SpecialFlag,
    SpecialFlagEnding,
)
from sampling.models import SamplingPlan
from tests.access.record_addresses import record_arguments

pytestmark = pytest.mark.django_db
POST_ONLY = {
    "logout",
    "sampling:draft",
    "inspections:dispatch",
    "inspections:accept",
    "inspections:start",
    "inspections:evidence",
    "inspections:submit",
    "inspections:take_signed",
    "inspections:problem_step",
    "inspections:repeat_reason",
    "inspections:answer_objection",
    "inspections:check_request_decide",
    "inspections:merge_visits",
    "inspections:decide_change",
    "disclosure:publish",
    "disclosure:decide_withholding",
    "registry:feed_open",
    "registry:feed_close",
    "registry:change_sources",
    "registry:save_filter",
    "registry:delete_filter",
    "registry:import_act",
    "registry:risk_decide",
    "registry:risk_assess",
    "registry:risk_fact_void",
    "registry:special_flag_propose",
    "registry:special_flag_decide",
    "registry:special_flag_end",
    "registry:leave",
    "registry:conflict_end",
    "registry:merge_undo",
    "inspections:clue_reporter",
}
LINK_PAGES = {
    f"disclosure:{step}"
    for step in ("preview", "propose_withholding", "correct", "withdraw", "restore", "lift")
}
ROLES = ("director1", "planner1", "officer1", "publisher1", "auditor1", "admin1")


def source_of_kind(kind: str) -> dict[str, Any]:
    return {"code": PollutionSource.objects.filter(kind=kind).latest("pk").code}


REGISTER_ROWS: dict[str, Callable[[], dict[str, Any]]] = {
    "registry:source": lambda: source_of_kind("discharger"),
    "registry:source_status": lambda: source_of_kind("discharger"),
    "registry:source_type": lambda: source_of_kind("discharger"),
    "registry:source_site": lambda: source_of_kind("discharger"),
    "registry:source_commission": lambda: source_of_kind("construction"),
    "registry:inspector": lambda: {"code": Inspector.objects.latest("pk").code},
    "registry:leave": lambda: {"leave_id": Leave.objects.latest("pk").pk},
    "registry:conflict_end": lambda: {"conflict_id": ConflictOfInterest.objects.latest("pk").pk},
    "registry:item_list": lambda: {"list_id": InspectionItemList.objects.latest("pk").pk},
    "registry:legal_basis": lambda: {"basis_id": LegalBasis.objects.latest("pk").pk},
    "registry:source_merge": lambda: source_of_kind("discharger"),
    "registry:merge_undo": lambda: {"merge_id": SourceMerge.objects.latest("pk").pk},
    "registry:evidence": lambda: {"sha256": EvidenceFile.objects.latest("pk").sha256},
}


def arguments(name: str) -> dict[str, Any]:
    """Arguments that lead to something that exists."""
    quarter = SamplingPlan.objects.get().number
    assignment = Assignment.objects.filter(evidence__isnull=False).first()
    assert assignment is not None
    found: dict[str, dict[str, Any]] = {
        "public:result": {"public_id": PublicResult.objects.latest("pk").public_id},
        "public:table": {"name": "problems", "ending": "csv"},
        "public:sitemap_results": {"number": 0},
        "api:result": {"public_id": PublicResult.objects.latest("pk").public_id},
        "api:enterprise": {"key": PublicResult.objects.latest("pk").enterprise_key},
        "api:plan": {"number": quarter},
        "api:table": {"name": "counts"},
        "public:guide_page": {"slug": GuidePage.objects.latest("pk").slug},
        "public:material": {"sha256": GuideMaterial.objects.latest("pk").sha256},
        "public:enterprise": {"key": PublicResult.objects.latest("pk").enterprise_key},
        "inspections:review": {"version_id": RecordVersion.objects.latest("pk").pk},
        "inspections:problem": {"problem_id": Problem.objects.latest("pk").pk},
        "inspections:dispatch": {"number": quarter},
        "inspections:evidence_file": {
            "public_id": assignment.public_id,
            "sha256": assignment.evidence.latest("pk").sha256,
        },
        "inspections:evidence_bytes": {"sha256": "0" * 64},
        "disclosure:decide_withholding": {"withholding_id": 1},
        "disclosure:penalty": {"link_id": 1},
        "disclosure:correct_names": {"source_id": assignment.source_id},
        "disclosure:statutory": {"quarter": quarter},
        "disclosure:statutory_file": {"quarter": quarter, "kind": "xlsx"},
        "disclosure:overview_file": {"quarter": quarter, "kind": "xlsx"},
        "disclosure:credit_file": {"quarter": quarter},
        "inspections:decide_change": {"change_id": 1},
        "inspections:clue": {"clue_id": Clue.objects.latest("pk").pk},
        "inspections:clue_reporter": {"clue_id": Clue.objects.latest("pk").pk},
        "inspections:check_request_decide": {"request_id": CheckRequest.objects.latest("pk").pk},
        "registry:feed": {
            "token": open_feed(user=User.objects.get(username="planner1"), now=timezone.now())
        },
        "registry:saved_filter": {"public_id": uuid.UUID(int=1)},
        "registry:delete_filter": {"public_id": uuid.UUID(int=1)},
        **{
            page: {"job_id": ImportedFile.objects.latest("pk").pk}
            for page in ACCESS
            if page.startswith("registry:import_")
        },
        "sampling:fairness_year": {"year": int(quarter[:4])},
        "public:fairness_year": {"year": int(quarter[:4])},
        "public:fairness_units": {"scope": quarter},
        "registry:risk_detail": {"assessment_id": RiskAssessment.objects.latest("pk").pk},
        "registry:risk_fact_void": {"fact_id": RiskFact.objects.latest("pk").pk},
        "registry:special_flag_decide": {"flag_id": SpecialFlag.objects.latest("pk").pk},
        "registry:special_flag_end": {"ending_id": SpecialFlagEnding.objects.latest("pk").pk},
    }
    found |= record_arguments()
    if name in found:
        return found[name]
    if name in REGISTER_ROWS:
        return REGISTER_ROWS[name]()
    if name.startswith(("sampling:", "public:")) and name.split(":")[1] in (
        "plan",
        "announcement",
        "proof",
        "fairness",
        "freeze",
        "withdraw",
        "draw",
        "approve",
        "reveal",
        "sealed",
        "void",
        "minutes",
        "decide_void",
        "adopt",
    ):
        return {"number": quarter}
    if name == "disclosure:report":
        return {"number": quarter}
    if name in ("public:announcement_of", "public:record_of", "public:proof_of"):
        return {"number": quarter, "commitment": PublicPlan.objects.latest("pk").commitment}
    if name in ("registry:import", "registry:template", "registry:export"):
        return {"register": "sources"}
    if name in LINK_PAGES:
        return {"link_id": PublicationLink.objects.latest("pk").pk}
    if name.startswith("inspections:") and name.split(":")[1] in (
        "assignment",
        "accept",
        "start",
        "propose_change",
        "record",
        "evidence",
        "sign",
        "submit",
        "take_signed",
    ):
        return {"public_id": assignment.public_id}
    return {}


def address(name: str) -> str:
    return reverse(name, kwargs=arguments(name))


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    return client


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_only_those_in_the_access_table_get_in(
    name: str, bureau: dict[str, User], desks: None
) -> None:
    needed = ACCESS[name]
    expected_missing = {
        "public:proof",
        "public:proof_of",
        "public:fairness",
        "public:fairness_year",
        "public:fairness_units",
    }  # fmt: skip  (not revealed yet)

    url = address(name)
    for role in (None, *ROLES):
        user = User.objects.get(username=role) if role else None
        status = client_of(user).get(url).status_code

        if needed == PUBLIC or (needed == LOGIN and user) or (user and user.has_perm(needed)):
            allowed = {405} if name in POST_ONLY else {200, 302, 404, 422}
            if needed == PUBLIC:
                allowed = {404} if name in expected_missing else {200}
            if name == "registry:machinery":
                allowed = {503}  # nothing runs here, and it says so
            assert status in allowed, f"{role} may open {name}, got {status}"
        elif user is None:
            assert status in (302, 401, 403, 405), f"anonymous got {status} from {name}"
            if name == "logout":
                assert status == 405
        else:
            assert status == 403, f"{role} must not open {name}, got {status}"


@pytest.mark.parametrize(
    "name",
    [n for n in sorted(ACCESS) if (n.startswith("inspections:") and "public_id" in str(n)) or n in (
        "inspections:assignment", "inspections:record", "inspections:sign",
        "inspections:evidence_file",
    )],
)  # fmt: skip
def test_an_officer_of_another_team_learns_nothing(
    name: str, bureau: dict[str, User], desks: None
) -> None:
    assignment = Assignment.objects.filter(evidence__isnull=False).first()
    assert assignment is not None
    team = assignment.team.values_list("inspector__user__username", flat=True)
    stranger = next(u for n, u in bureau.items() if n.startswith("officer") and n not in team)

    assert client_of(stranger).get(address(name)).status_code == 404


def test_post_only_pages_change_nothing_for_a_stranger(bureau: dict[str, User]) -> None:
    assignment = Assignment.objects.filter(state="dispatched").first()
    assert assignment is not None
    team = assignment.team.values_list("inspector__user__username", flat=True)
    stranger = next(u for n, u in bureau.items() if n.startswith("officer") and n not in team)

    for step in ("accept", "start", "submit", "take_signed"):
        url = reverse(f"inspections:{step}", kwargs={"public_id": assignment.public_id})
        assert client_of(stranger).post(url).status_code == 404

    assignment.refresh_from_db()
    assert assignment.state == "dispatched"


def test_an_error_page_is_chinese_and_without_a_traceback(bureau: dict[str, User]) -> None:
    page = client_of(None).get("/plans/nonsense/").content.decode()

    assert "页面不存在" in page
    assert "Traceback" not in page


@pytest.mark.parametrize(
    "url", ["/results/?q=%00", "/results/?quarter=%00", "/enterprises/%00/", "/plans/%00/"]
)
def test_a_nul_character_is_a_bad_request(url: str, bureau: dict[str, User]) -> None:
    assert client_of(None).get(url).status_code == 400


def test_public_pages_answer_head(bureau: dict[str, User]) -> None:
    assert client_of(None).head("/results/").status_code == 200
