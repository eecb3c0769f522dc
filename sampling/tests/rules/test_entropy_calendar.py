"""Whatever is proposed passes the protocol; and what is proposed is what really comes next."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.rules.entropy_calendar import (
    BROADCAST_AT,
    Issue,
    drand_round,
    next_draw,
    upcoming,
)
from sampling.rules.protocol import BEIJING, LOTTERIES, EntropyKind, check_sources, read_moment

SOME_TIME = datetime(2024, 1, 1, tzinfo=BEIJING)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=75 * 365)).map(lambda past: SOME_TIME + past)
KINDS = st.sampled_from(sorted(LOTTERIES))
DAY = timedelta(hours=24)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("kind", "after", "issue", "at"),
    [
        ("ssq", "2026-12-29T16:05", "2026150", "2026-12-29T21:15:00+08:00"),
        ("ssq", "2026-12-29T21:15", "2026150", "2026-12-29T21:15:00+08:00"),
        ("ssq", "2026-12-29T21:16", "2026151", "2026-12-31T21:15:00+08:00"),
        ("ssq", "2027-01-01T00:00", "2027001", "2027-01-03T21:15:00+08:00"),
        ("dlt", "2026-12-29T16:05", "26150", "2026-12-30T21:25:00+08:00"),
        ("dlt", "2027-01-01T00:00", "27001", "2027-01-02T21:25:00+08:00"),
    ],
    ids=["before it", "at the moment", "too late for it", "new year", "dlt", "dlt, new year"],
)
def test_worked_examples(kind: EntropyKind, after: str, issue: str, at: str):
    assert next_draw(EntropyKind(kind), beijing(after)) == {"kind": kind, "id": issue, "at": at}


def test_the_moment_asked_from_may_stand_in_any_time_zone():
    after = datetime(2026, 12, 29, 13, 0, tzinfo=UTC)

    assert next_draw(EntropyKind.SSQ, after)["at"] == "2026-12-29T21:15:00+08:00"
    assert next_draw(EntropyKind.SSQ, after + timedelta(minutes=16))["id"] == "2026151"


@pytest.mark.parametrize(
    ("last_known", "issue"),
    [
        pytest.param(("2026148", date(2026, 12, 27)), "2026149", id="one less than expected"),
        pytest.param(("2026147", date(2026, 12, 24)), "2026149", id="two draws ago"),
        pytest.param(("2025151", date(2025, 12, 30)), "2026150", id="of another year"),
        pytest.param(("2026001", date(2026, 12, 27)), "2026141", id="never below the bounds"),
        pytest.param(("2026999", date(2026, 12, 27)), "2026156", id="never above the bounds"),
        pytest.param(("2026030", date(2026, 3, 15)), "2026152", id="the days off in between count"),
    ],
)
def test_the_issue_is_counted_from_one_that_is_known(last_known: Issue, issue: str):
    after = beijing("2026-12-29T12:00")

    assert next_draw(EntropyKind.SSQ, after, last_known=last_known)["id"] == issue


@given(MOMENTS, KINDS)
def test_a_proposed_lottery_passes_the_protocol_and_is_the_first(after: datetime, kind: str):
    source = next_draw(EntropyKind(kind), after)

    [(_, _, at)] = check_sources([source], after - DAY)
    assert after <= at < after + timedelta(days=4)
    assert (at.hour, at.minute) == BROADCAST_AT[EntropyKind(kind)]
    for day in range((at.date() - after.date()).days):
        skipped = after.date() + timedelta(day)
        late = skipped == after.date() and after.time() > at.time()
        assert late or skipped.weekday() not in LOTTERIES[EntropyKind(kind)].weekdays


@given(MOMENTS, KINDS, st.integers(0, 999), st.integers(0, 700))
def test_whatever_issue_is_known_the_proposal_passes(
    after: datetime, kind: str, ordinal: int, days_ago: int
):
    drawn_on = after.date() - timedelta(days_ago)
    year = drawn_on.strftime(LOTTERIES[EntropyKind(kind)].issue)

    source = next_draw(EntropyKind(kind), after, last_known=(f"{year}{ordinal:03d}", drawn_on))

    check_sources([source], after - DAY)


@given(MOMENTS, st.integers(1, 12))
def test_the_choices_come_in_time_order_and_none_is_missing(after: datetime, number: int):
    choices = upcoming(after, number)

    moments = [read_moment("at", choice["at"]) for choice in choices]
    assert len(choices) == number
    assert moments == sorted(set(moments))
    for choice in choices:
        check_sources([choice], after - DAY)
    # Every day has a draw, of one or the other, but Friday: none is passed over.
    assert choices[0] in [next_draw(kind, after) for kind in LOTTERIES]
    for choice, following in zip(moments, choices[1:], strict=False):
        assert following in [next_draw(kind, choice + timedelta(seconds=1)) for kind in LOTTERIES]


def test_what_is_known_of_each_lottery_is_used():
    choices = upcoming(
        beijing("2026-12-29T12:00"),
        2,
        last_known={EntropyKind.SSQ: ("2026148", date(2026, 12, 27))},
    )

    assert [choice["id"] for choice in choices] == ["2026149", "26150"]


@given(MOMENTS)
def test_a_round_of_the_beacon_is_the_first_one_not_before(at: datetime):
    source = drand_round(at)

    [(_, _, moment)] = check_sources([source], at - DAY)
    assert at <= moment < at + timedelta(seconds=3)


def test_before_the_beacon_began_its_first_round_is_proposed():
    assert drand_round(datetime(2020, 1, 1, tzinfo=UTC))["id"] == "1"
    assert drand_round(datetime.fromtimestamp(1692803367, UTC))["id"] == "1"
    assert drand_round(datetime.fromtimestamp(1692803368, UTC))["id"] == "2"
