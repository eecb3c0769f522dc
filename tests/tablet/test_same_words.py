"""The tablet says what the server will say: the same checks, the same bytes to sign."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.rules import record_checks
from inspections.rules.sync import canonical_content, digest
from tests.scene import Scene

from .browser import Tablet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = timezone.now().replace(microsecond=0)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
MOMENTS = st.sampled_from(["", *(
    timezone.localtime(NOW + timedelta(minutes=minutes)).isoformat()
    for minutes in (-600, -300, -200, -100, 60)
)])  # fmt: skip
TICK = st.booleans()
SHORT = st.sampled_from(["", "有内容"])


def some(**fields: Any) -> Any:
    return st.fixed_dictionaries({}, optional=fields)


CHECK = some(
    answer=st.sampled_from(["", "no_problem", "problem", "not_applicable"]),
    note=SHORT,
    handling=st.sampled_from(["", "rectification", "corrected_on_spot"]),
    deadline=st.sampled_from(["", "2027-01-01"]),
    evidence=st.sampled_from([[], ["a" * 64], ["a" * 64, "b" * 64]]),
)
FILE = some(must_check=st.sampled_from(["", "must_check:1", "must_check:8"]), withdrawn=TICK)
SECTIONS = st.fixed_dictionaries(
    {
        "visit": some(start=MOMENTS, end=MOMENTS, place=SHORT, identity_shown=TICK,
                      recusal_told=TICK, longitude=st.sampled_from(["", "87.3", "87.4"]),
                      latitude=st.just("44.0"), distance_reason=SHORT),
        "unit": some(name=SHORT, address=SHORT),
        "items": st.sampled_from([{"methods": {}}, {"methods": {"A": "on_site", "B": "remote"}}]),
        "narrative": some(text=SHORT, expert=SHORT, expert_opinion=SHORT),
        "result": some(outcome=st.sampled_from(["", *"1234567"])),
        "party": some(rights_told=TICK, refused=TICK, refusal_reason=SHORT, absent=TICK),
        **{f"must_check:{n}": CHECK for n in (1, 8)},
    },
    optional={f"evidence:{letter * 64}": FILE for letter in "ab"},
)  # fmt: skip
SIGNERS = st.sets(
    st.sampled_from(["officer-IN001", "officer-IN002", "recusal", "party", "witness", "expert"])
)


@pytest.fixture
def page(scene: Scene, tablet: Tablet) -> Any:
    assignment = scene.started()
    tablet.sign_in(scene.lead(assignment).username)
    tablet.wait("true")
    return tablet.page


def test_what_is_lacking_is_said_in_the_same_words(page: Any) -> None:
    @settings(max_examples=60, deadline=None)
    @given(sections=SECTIONS, valid=SIGNERS, stale=SIGNERS)
    def same(sections: dict[str, Any], valid: set[str], stale: set[str]) -> None:
        files = "a" * 64 in json.dumps(sections) or "b" * 64 in json.dumps(sections)
        facts = record_checks.RecordFacts(
            sections=sections,
            officers={"IN001": "赵一鸣", "IN002": "钱二川"},
            items=["A", "B"],
            evidence=frozenset({"a" * 64, "b" * 64} if files else ()),
            valid_signatures=frozenset(valid),
            stale_signatures=frozenset(stale - valid),
            earliest=NOW - timedelta(minutes=250),
            now=NOW,
            due=NOW,
            unit_place=(87.3, 44.0),
        )
        expected = sorted((lack.section, lack.message) for lack in record_checks.lacks(facts))
        found = page.evaluate(
            """([sections, facts]) => Tablet.lacks(sections, {...facts,
                 valid: new Set(facts.valid), stale: new Set(facts.stale)})""",
            [
                sections,
                {
                    "officers": dict(facts.officers),
                    "items": ["A", "B"],
                    "earliest": facts.earliest.timestamp() * 1000,
                    "now": NOW.timestamp() * 1000,
                    "valid": sorted(valid),
                    "stale": sorted(stale - valid),
                    "hasEvidence": files,
                    "unit": {"longitude": 87.3, "latitude": 44.0},
                    "limit": 500,
                },
            ],
        )
        assert sorted((row["section"], row["message"]) for row in found) == expected

    same()


def test_what_is_signed_has_the_same_bytes_and_digest(page: Any) -> None:
    @settings(max_examples=60, deadline=None)
    @given(sections=st.dictionaries(TEXTS, VALUES, max_size=5))
    def same(sections: dict[str, Any]) -> None:
        given_text = json.dumps(sections)
        content = page.evaluate("(text) => Tablet.content(JSON.parse(text))", given_text)

        expected = canonical_content(sections)
        assert content == expected
        assert page.evaluate("(text) => Tablet.sha256(text)", content) == digest(expected)

    same()
