"""What the register lacks, counted and listed by the same conditions."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache

from registry.models import PollutionSource
from registry.rules.register_quality import BY_KEY, GAPS
from registry.rules.uscc import make_uscc
from registry.selectors.register_quality import CONDITIONS, gap_condition
from registry.services import register_quality

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 13)


@pytest.fixture
def whole(unit: Any) -> Any:
    """``whole(grid="")``: a unit that lacks nothing but what is said."""

    def make(**fields: Any) -> PollutionSource:
        number = PollutionSource.objects.count() + 1
        code = make_uscc(f"91652300MA7{number:06d}")
        return unit(
            **{
                "uscc": code, "no_code_reason": "", "address": f"示范大道{number}号",
                "longitude": 87, "latitude": 44, "grid": "一", "contact": "甲", "phone": "1",
                "permit_number": f"{code}001P", "permit_class": "key",
                "permit_until": date(2028, 1, 1), "industry_code": "2614", "risk_grade": "low",
                **fields,
            }
        )  # fmt: skip

    return make


def found(key: str) -> set[int]:
    rows = PollutionSource.objects.filter(gap_condition(key, DAY))
    return set(rows.values_list("pk", flat=True))


OTHER = make_uscc("91652300MA7999999")


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("no_place", {"longitude": None}),
        ("no_place", {"latitude": None}),
        ("far_place", {"longitude": 44, "latitude": 87}),
        ("no_address", {"address": ""}),
        ("no_grid", {"grid": ""}),
        ("no_code", {"uscc": "", "no_code_reason": "other", "permit_number": "H9652300000000001A"}),
        ("code_hint", {"permit_number": f"{OTHER}001P"}),
        ("code_hint", {"uscc": "", "no_code_reason": "individual", "permit_number": f"{OTHER}1"}),
        ("no_contact", {"contact": ""}),
        ("no_contact", {"phone": ""}),
        ("key_no_class", {"regulatory_type": "key", "key_list_year": 2026}),
        ("key_old_year", {"regulatory_type": "key", "key_classes": ["air"], "key_list_year": 2025}),
        ("no_permit", {"permit_class": ""}),
        ("permit_over", {"permit_until": date(2026, 5, 12)}),
        ("permit_soon", {"permit_until": date(2026, 5, 13)}),
        ("permit_soon", {"permit_until": date(2026, 7, 11)}),
        ("no_permit_until", {"permit_until": None}),
        ("no_industry", {"industry_code": ""}),
        ("no_risk", {"risk_grade": ""}),
        ("project_permitted", {"kind": "construction"}),
        ("positive_over", {"positive_list": True, "positive_until": date(2026, 5, 12)}),
    ],
)
def test_each_problem_finds_its_unit_and_no_other(
    whole: Any, key: str, fields: dict[str, Any]
) -> None:
    whole()
    bad = whole(**fields)

    assert found(key) == {bad.pk}
    assert [other for other in CONDITIONS if found(other)] == [key]


def test_units_that_share_an_address_are_found_together(whole: Any) -> None:
    pair = {whole(address="示范大道8号").pk, whole(address="示范大道8号").pk}
    whole(address="")
    whole(address="")

    assert found("same_address") == pair


def test_one_name_twice_is_a_problem_but_sites_of_one_company_are_not(whole: Any) -> None:
    code = make_uscc("91652300MA7888888")
    whole(name="一家公司", uscc=code, permit_number=f"{code}001P", site="东厂")
    whole(name="一家公司", uscc=code, permit_number=f"{code}002P", site="西厂")
    twice = {whole(name="另一家公司").pk, whole(name="另一家公司").pk}

    assert found("same_name") == twice


def test_units_that_left_need_no_mending(whole: Any) -> None:
    whole(grid="", status="closed", status_date=DAY, status_reason="关停")

    assert found("no_grid") == set()


def test_every_problem_has_its_condition_and_a_field_to_mend() -> None:
    assert set(BY_KEY) == set(CONDITIONS)
    fields = {field.name for field in PollutionSource._meta.fields}
    assert {problem.field for problem in GAPS} <= fields


def test_a_large_register_is_counted_by_the_timetable_alone(
    whole: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(grid="")
    whole()
    cache.delete(register_quality.KEPT)
    assert register_quality.findings(today=DAY).numbers["no_grid"] == 1

    monkeypatch.setattr(register_quality, "SMALL", 1)
    before = register_quality.findings(today=DAY)
    register_quality.count_large_register(today=DAY)
    after = register_quality.findings(today=DAY)

    assert (before.numbers, before.counted_at) == ({}, None)
    assert after.numbers["no_grid"] == 1
    assert after.counted_at is not None
    cache.delete(register_quality.KEPT)
