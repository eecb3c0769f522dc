"""Everything a stranger can read, against every private value of the database."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models, transaction
from django.test import Client

from chanji_dualrandom.env import BASE_DIR
from disclosure.models import GuideMaterial, GuidePage, PublicResult
from disclosure.public.current import MEMORY
from disclosure.public.tables import TABLES
from registry.models import PollutionSource

pytestmark = pytest.mark.django_db
FLOORS = ("registry", "sampling", "inspections")
# What of the staff's tables is meant for the public, or is published with its owner's knowledge.
# Everything else is private: a field added tomorrow is, too.
PUBLIC_FIELDS = {
    "PollutionSource": {"name", "site", "uscc", "code"},
    "SamplingPlan": {"number", "title", "kind"},
    "PlanQuota": {"ratio_text", "explanation", "category"},
    "Draw": {"pool_digest", "commitment", "announcement", "announcement_digest", "record", "quotas",
             "outside_window_reason", "end_reason"},
    "Witness": {"represents"}, "EvidenceFile": {"media_type"},
    "Wave": set(),
    "Assignment": {"number", "category"},
    "Problem": {"handling", "case_number"},
    "InspectionItem": "*", "InspectionItemList": "*", "LegalBasis": "*", "ItemBasis": "*",
    "MustCheck": {"title"},
    "BureauSetting": "*", "HolidayNotice": "*", "CalendarDay": "*",
    "PositiveListChange": {"reason", "kind"},
    "PartnerDepartment": {"name"},
}  # fmt: skip
# Labels of the trail and of clocks repeat what other rows hold; those rows are compared themselves.
REPEATED = {("AuditEvent", "object_label"), ("Deadline", "label")}
# Shorter texts are words of the system, unless they are names of people.
SHORTEST = 4
NAMES_OF_PEOPLE = {"Inspector.name", "PollutionSource.contact", "User.first_name",
                   "PollutionSource.legal_representative"}  # fmt: skip
DAY = re.compile(r"\d{4}-\d\d-\d\d.*")
START = ("/", "/results/", "/plans/", "/problems/", "/statistics/", "/guide/", "/items/", "/verify/",
         "/positive-list/", "/notices/", "/reports/", "/open-data/", "/open-data/api/", "/complaints/",
         "/results/feed.atom", "/notices/feed.atom", "/plans/feed.atom", "/sitemap.xml",
         "/sitemap-pages.xml", "/sitemap-results-0.xml", "/api/v1/", "/api/v1/openapi.json",
         "/api/v1/results?limit=100", "/api/v1/problems?limit=100", "/api/v1/plans",
         "/api/v1/statistics")  # fmt: skip


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value.strip()


def text_fields(model: type[models.Model]) -> list[Any]:
    """Fields of free text, not of code lists."""
    wanted = models.CharField | models.TextField | models.JSONField
    return [
        f
        for f in model._meta.concrete_fields
        if isinstance(f, wanted) and not f.choices and (model.__name__, f.name) not in REPEATED
    ]


def values_by_privacy() -> tuple[dict[str, str], set[str]]:
    """Private values with the field they stand in, and the values that are public."""
    private: dict[str, str] = {}
    public: set[str] = set()
    for values in GuidePage.objects.values_list("title", "slug", "body"):
        public.update(values)
    public.update(GuideMaterial.objects.values_list("title", flat=True))
    chosen = [m for floor in FLOORS for m in apps.get_app_config(floor).get_models()]
    for model in [*chosen, User]:
        allowed = PUBLIC_FIELDS.get(model.__name__, set())
        for field in text_fields(model):
            open_ = allowed == "*" or field.name in allowed
            for value in model._default_manager.values_list(field.name, flat=True):
                for text in strings(value):
                    if open_:
                        public.add(text)
                    elif not DAY.fullmatch(text) and (
                        len(text) >= SHORTEST
                        or (len(text) > 1 and f"{model.__name__}.{field.name}" in NAMES_OF_PEOPLE)
                    ):
                        private.setdefault(text, f"{model.__name__}.{field.name}")
    for source in PollutionSource.objects.exclude(longitude=None):
        for name in ("longitude", "latitude"):
            private.setdefault(str(getattr(source, name)), f"PollutionSource.{name}")
    return private, public


def everything_public() -> dict[str, str]:
    """Every address a stranger can reach by links, and every file of the open data."""
    files = [f"/open-data/{name}.{kind}" for name in TABLES for kind in ("csv", "json")]
    queue = [*START, *files]
    seen, found = set(queue), {}
    client = Client()
    while queue and len(found) < 500:
        path = queue.pop()
        answer = client.get(path)
        body = b"".join(answer) if answer.streaming else answer.content
        text = body.decode("utf-8-sig", errors="replace")
        if answer.status_code != 200:
            continue
        found[path] = text
        for link in re.findall(r'(?:href|src)="(/[^"#]*)', text):
            link = link.replace("&amp;", "&")
            if link not in seen and not re.match(r"/(static|accounts|guide/files)/", link):
                seen.add(link)
                queue.append(link)
    return found


def words_of_the_system() -> str:
    """Texts of templates and code: a word that stands there is nobody's secret."""
    root = BASE_DIR
    files = [*(root / "templates").rglob("*.html"), *(root / "disclosure").rglob("*.py"),
             *(root / "inspections").glob("choices.py"), *(root / "registry").glob("*.py"),
             *(root / "registry" / "rules").glob("*.py")]  # fmt: skip
    return "\n".join(
        f.read_text(encoding="utf-8") for f in files if "tests" not in f.relative_to(root).parts
    )


def leaks(pages: dict[str, str]) -> list[str]:
    private, public = values_by_privacy()
    known = words_of_the_system()
    public_text = "\n".join(public)
    suspects = {
        value: where
        for value, where in private.items()
        if value not in public_text and value not in known
    }
    assert len(suspects) > 300, "the scene has too few private values to prove anything"
    everything = "\n".join(pages.values())
    present = [value for value in suspects if stands_in(value, everything)]
    return [
        f"{suspects[value]} {value!r} on {next(p for p, t in pages.items() if stands_in(value, t))}"
        for value in present
    ]


def stands_in(value: str, text: str) -> bool:
    """A code of a few digits is no leak where a digest or a longer number happens to hold it."""
    if len(value) > SHORTEST or not value.isascii():
        return value in text
    return bool(re.search(rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])", text))


@pytest.mark.usefixtures("desks")
def test_nothing_private_is_on_any_public_page_or_file(bureau: dict[str, User]) -> None:
    MEMORY.clear()
    pages = everything_public()

    assert len(pages) > 60
    assert any("/enterprises/" in unquote(path) for path in pages)
    assert leaks(pages) == []


@pytest.mark.usefixtures("desks")
def test_the_comparison_finds_a_telephone_number_that_is_planted(bureau: dict[str, User]) -> None:
    phone = next(p for p in PollutionSource.objects.values_list("phone", flat=True) if p)
    with transaction.atomic():
        PublicResult.objects.filter(pk=PublicResult.objects.latest("pk").pk).update(handling=phone)
        found = leaks({"/results.csv": b"".join(Client().get("/results.csv")).decode()})
        transaction.set_rollback(True)

    assert any("phone" in leak for leak in found)
