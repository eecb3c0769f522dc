"""Certificates, dated law, special flags, settings and codes, as tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.choices import CapExemptionKind
from registry.grading.rules import special_flag
from registry.item_lists.rules.legal_basis import Basis, bases_in_force
from registry.item_lists.shipped import BASES
from registry.rules import bureau_settings, cells, certificates, two_officers
from registry.rules.cap_exemptions import Exemption
from registry.rules.uscc import (
    ALPHABET,
    is_valid_uscc,
    make_uscc,
    normalise_code,
    uscc_hint_from_permit,
)

BODIES = st.text(ALPHABET, min_size=17, max_size=17)
DAY = date(2026, 5, 13)


@given(BODIES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(body: str, place: int, other: str) -> None:
    code = make_uscc(body)
    wrong = code[:place] + other + code[place + 1 :]

    assert is_valid_uscc(code)
    assert is_valid_uscc(wrong) is (wrong == code)


def test_a_published_code_is_valid_and_a_permit_hints_at_it() -> None:
    assert is_valid_uscc("91350100M000100Y43")
    assert uscc_hint_from_permit("91350100M000100Y43001P") == "91350100M000100Y43"
    assert uscc_hint_from_permit("H9000000001") is None
    assert normalise_code(" ９１３５０１００m000100y43\u200b") == "91350100M000100Y43"


PERIODS = st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000)).map(
    lambda drawn: (drawn[0], drawn[0] + timedelta(days=drawn[1]))
)


@given(PERIODS, PERIODS, st.integers(0, 4000))
def test_a_renewal_without_a_gap_uncovers_no_day(
    old: tuple[date, date], new: tuple[date, date], days: int
) -> None:
    start = certificates.renewed_from(old, new)
    day = date(2020, 1, 1) + timedelta(days=days)
    covered = any(first <= day <= last for first, last in (old, new))
    follows = old[0] < new[0] <= old[1] + timedelta(days=1) and new[1] >= old[1]

    assert start == (old[0] if follows else new[0])
    if follows:
        assert (start <= day <= new[1]) is covered


def officer(name: str, until: date = date(2028, 1, 1), **more: object) -> two_officers.MemberFacts:
    return two_officers.MemberFacts(name, "officer", date(2020, 1, 1), until, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (officer("钱", date(2026, 5, 12)), "到期"),
        (officer("钱", on_leave=True), "请假"),
        (two_officers.MemberFacts("钱", "staff", None, None), "不是执法人员"),
        (two_officers.MemberFacts("钱", "officer", None, None), "没有有效执法证"),
    ],
)
def test_who_does_not_count_toward_two_officers(
    second: two_officers.MemberFacts, reason: str
) -> None:
    with pytest.raises(two_officers.TeamLacksOfficers, match=reason):
        two_officers.check_team([officer("赵"), second], DAY)


def test_a_certificate_counts_on_its_first_and_last_day() -> None:
    assert certificates.certificate_valid_on(DAY, DAY, DAY)
    two_officers.check_team([officer("赵", DAY), officer("钱")], DAY)
    assert certificates.days_to_expiry(date(2026, 5, 20), DAY) == 7


@pytest.mark.parametrize(
    ("day", "inside", "outside"),
    [
        pytest.param(date(2026, 8, 14), "HBF", "FD", id="last day of the old laws"),
        pytest.param(date(2026, 8, 15), "FD", "HBF", id="first day of 生态环境法典"),
    ],
)
def test_the_code_replaced_the_old_laws_overnight(day: date, inside: str, outside: str) -> None:
    rows = [Basis(code, title, art, a, b, False) for code, title, art, a, b in BASES]

    codes = {basis.code for basis in bases_in_force(rows, day)}

    assert inside in codes
    assert outside not in codes
    assert {"XKTL", "JSTL"} <= codes


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (special_flag.Facts(), ()),
        (special_flag.Facts(penalties_last_year=1), ("serious_violation",)),
        (special_flag.Facts(verified_complaints_last_year=2), ()),
        (special_flag.Facts(verified_complaints_last_year=3), ("many_complaints",)),
        (
            special_flag.Facts(open_problems=1, risk_grade="high", credit_grade="bad"),
            ("existing_violation", "high_risk", "low_credit"),
        ),
    ],
)
def test_which_facts_propose_special_supervision(
    facts: special_flag.Facts, expected: tuple[str, ...]
) -> None:
    assert special_flag.proposed_reasons(facts) == expected


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("key_ratio", 24, bureau_settings.SettingBelowFloor),
        ("special_ratio", 49, bureau_settings.SettingBelowFloor),
        ("key_ratio", 101, bureau_settings.BadSetting),
        ("waves", "3", bureau_settings.BadSetting),
        ("general_reading", "smaller", bureau_settings.BadSetting),
        ("bureau_name", " ", bureau_settings.BadSetting),
        ("unknown", 1, bureau_settings.BadSetting),
    ],
)
def test_a_setting_below_its_floor_or_of_the_wrong_kind_is_refused(
    key: str, value: object, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        bureau_settings.check_value(key, value)


def test_every_default_is_allowed() -> None:
    for key, spec in bureau_settings.SPECS.items():
        bureau_settings.check_value(key, spec.default)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "2026年3月5日",
        "２０２６－３－５",
        "2026-03-05 00:00:00",
    ],
)
def test_dates_are_read_in_every_usual_form(text: str) -> None:
    assert cells.read_date(text) == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["2026-13-01", "昨天", "2026-3", "46086"])
def test_what_is_no_date_is_refused_with_a_mend(text: str) -> None:
    with pytest.raises(cells.BadCell, match="2026-03-05"):
        cells.read_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "2028-05-25",
        "2023-05-26至2028-05-25",
        "2023年5月26日至2028年5月25日",
        "自2023年5月26日起至2028年5月25日止",
        "2023/5/26-2028/5/25",
        "2023-05-26 - 2028-05-25",
        "2023.5.26—2028.5.25",
        "2023.05.26~2028.05.25",
    ],
)
def test_of_a_period_the_last_day_counts(text: str) -> None:
    assert cells.read_until(text) == date(2028, 5, 25)


@pytest.mark.parametrize("text", ["", "/", "—", "无", None])
def test_a_period_nobody_knows_is_blank(text: str | None) -> None:
    assert cells.read_until(text) is None


@pytest.mark.parametrize("text", ["2028-05-25至2023-05-26", "长期", "2023-05-26至长期", "五年"])
def test_a_period_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(cells.BadCell):
        cells.read_until(text)


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 5999))
def test_degrees_minutes_and_seconds_are_degrees(
    degrees: int, minutes: int, hundredths: int
) -> None:
    seconds = f"{hundredths // 100}.{hundredths % 100:02d}"
    exact = degrees + minutes / 60 + hundredths / 360_000

    for text in (
        f"{degrees}°{minutes}′{seconds}″", f"东经{degrees}度{minutes}分{seconds}秒",
        f"{degrees}°{minutes}'{seconds}\"", f"{degrees}° {minutes}’ {seconds}”E",
    ):  # fmt: skip
        assert abs(float(cells.read_decimal(text) or 0) - exact) < 1e-6


@pytest.mark.parametrize("text", ["87°60′0″", "87°1′60″", "87度分", "东经", "181°0′0″"])
def test_degrees_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(cells.BadCell):
        cells.read_decimal(text)


@pytest.mark.parametrize("exemption", Exemption)
def test_every_exemption_from_the_cap_can_be_chosen_by_its_chinese_name(
    exemption: Exemption,
) -> None:
    assert CapExemptionKind(exemption.value).label
    assert len(CapExemptionKind) == len(Exemption)
