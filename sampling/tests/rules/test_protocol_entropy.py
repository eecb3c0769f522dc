"""One spelling of each value, and sources whose days, times and bits can be checked by anybody."""

import re
from datetime import datetime, timedelta
from itertools import permutations
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.rules.protocol import (
    BEIJING,
    LOTTERIES,
    EntropyKind,
    ProtocolError,
    check_sources,
    drand_moment,
    entropy_text,
    official_address,
    official_name,
    read_value,
    write_moment,
)

from . import vector
from .strategies import DICE, DRAND, SSQ

# --- What people type ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed", "canonical"),
    [row for row in vector.WHOLE["readings"] if row[2]],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_vectors_readings(kind: str, typed: str, canonical: str):
    assert read_value(kind, typed) == canonical


@pytest.mark.parametrize(
    ("kind", "typed", "canonical"),
    [
        ("ssq", "30 24 19 11 07 03 蓝 8", "03 07 11 19 24 30+08"),
        ("ssq", "红球 03 07 11 19 24 30 蓝球 08", "03 07 11 19 24 30+08"),
        ("ssq", "０３，０７，１１，１９，２４，３０＋０８", "03 07 11 19 24 30+08"),
        ("ssq", "  3、7、11、19、24、30 | 8\n", "03 07 11 19 24 30+08"),
        ("ssq", "01 02 03 04 05 33+16", "01 02 03 04 05 33+16"),
        ("dlt", "前区 02 09 15 28 33 后区 11 04", "02 09 15 28 33+04 11"),
        ("dlt", "35 1 2 3 4+12,1", "01 02 03 04 35+01 12"),
        ("dice", "３１４１５２６５３５ 1234561234", "31415265351234561234"),
        ("dice", "3,1,4,1,5,2,6,5,3,5,1,2,3,4,5,6,1,2,3,4", "31415265351234561234"),
        ("drand", "AB" * 32, "ab" * 32),
    ],
)
def test_more_readings(kind: str, typed: str, canonical: str):
    assert read_value(kind, typed) == canonical


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        *[
            pytest.param(row[0], row[1], id=row[1])
            for row in vector.WHOLE["readings"]
            if not row[2]
        ],
        pytest.param("ssq", "", id="nothing"),
        pytest.param("ssq", "03 07 11 19 24 30 08", id="which is the blue one?"),
        pytest.param("ssq", "03 07 11 19 24 30+17", id="blue too large"),
        pytest.param("ssq", "00 07 11 19 24 30+08", id="no such red"),
        pytest.param("ssq", "03 07 11 19 24 30+00", id="no such blue"),
        pytest.param("ssq", "03 07 11 19 24 30 31+08", id="a red too many"),
        pytest.param("ssq", "03 07 11 19 24 30+08 09", id="a blue too many"),
        pytest.param("ssq", "030 07 11 19 24 30+08", id="three digits"),
        pytest.param("ssq", "03-07-11-19-24-30+08", id="other marks between"),
        pytest.param("ssq", "03 07 11 19 24 30+08 或 09", id="an afterthought"),
        pytest.param("ssq", "03\u200b 07 11 19 24 30+08", id="zero-width space"),
        pytest.param("ssq", "03 07 11 19 24 30+08\u200b\u200b", id="zero-width spaces at the end"),
        pytest.param("ssq", "\ufeff03 07 11 19 24 30+08", id="byte order mark"),
        pytest.param("ssq", "\u202e03 07 11 19 24 30+08", id="turned around"),
        pytest.param("ssq", "03\x0007 11 19 24 30+08", id="a control"),
        pytest.param("ssq", "٠3 07 11 19 24 30+08", id="digits of another script"),
        pytest.param("ssq", "03 07 11 19 24 3\u0301" + "0+08", id="an accent"),
        pytest.param("dlt", "02 09 15 28 36+04 11", id="front too large"),
        pytest.param("dlt", "02 09 15 28 33+04 04", id="back twice"),
        pytest.param("dlt", "02 09 15 28 33+04", id="one back"),
        pytest.param("dice", "3" * 19, id="nineteen dice"),
        pytest.param("dice", "3" * 21, id="twenty-one dice"),
        pytest.param("dice", "3" * 19 + "0", id="no such face"),
        pytest.param("drand", "ab" * 31, id="too short"),
        pytest.param("drand", "0x" + "ab" * 31, id="with a prefix"),
        pytest.param("drand", "gh" * 32, id="not hexadecimal"),
    ],
)
def test_what_is_not_plain_is_refused(kind: str, typed: str):
    with pytest.raises(ProtocolError) as refusal:
        read_value(kind, typed, "draw.entropy.0.value")

    assert refusal.value.part == "draw.entropy.0.value"


def test_a_refused_lottery_value_tells_the_grammar():
    with pytest.raises(ProtocolError, match=r"6个不同的号码（01至33）.*03 07 11 19 24 30\+08"):
        read_value("ssq", "03 07")


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, list[int], list[int]]:
    kind = draw(st.sampled_from(sorted(LOTTERIES)))
    sides = []
    for count, largest in (LOTTERIES[EntropyKind(kind)].front, LOTTERIES[EntropyKind(kind)].back):
        numbers = st.integers(1, largest)
        sides.append(draw(st.lists(numbers, min_size=count, max_size=count, unique=True)))
    return kind, *sides


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str, str]:
    """(kind, one way to type a result, its canonical form)."""
    kind, front, back = draw(drawn())
    between = st.sampled_from([" ", "  ", ",", ", ", "，", "、", "\u3000", "\u00a0"])
    digits = st.sampled_from(["{}", "{:02d}"])
    typed = []
    for side in (front, back):
        words = [draw(digits).format(number) for number in side]
        text = words[0]
        for word in words[1:]:
            text += draw(between) + word
        typed.append(text)
    names = ("红球", "蓝球") if kind == "ssq" else ("前区", "后区")
    first, second = draw(
        st.sampled_from(
            [
                ("", "+"),
                ("", " + "),
                ("", "|"),
                (names[0], names[1]),
                (names[0] + "：", " " + names[1] + "："),
                ("", " " + names[1] + " "),
                (names[0] + " ", " + " + names[1]),
            ]
        )
    )
    text = first + typed[0] + second + typed[1]
    if draw(st.booleans()):
        text = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789+"})
    canonical = "+".join(" ".join(f"{n:02d}" for n in sorted(side)) for side in (front, back))
    return kind, text, canonical


@given(spellings())
def test_every_way_to_type_a_lottery_result_means_the_same_text(spelling: tuple[str, str, str]):
    kind, typed, canonical = spelling

    assert read_value(kind, typed) == canonical


TYPED = st.text(st.sampled_from("0123456789 +,、|红蓝球前后区：①１\u200b\u3000ab"), max_size=60)


@given(st.sampled_from(list(EntropyKind)), st.one_of(TYPED, spellings().map(lambda s: s[1])))
def test_what_reads_becomes_a_canonical_text_that_reads_as_itself(kind: EntropyKind, typed: str):
    try:
        value = read_value(kind, typed)
    except ProtocolError:
        return
    grammar = {
        EntropyKind.SSQ: r"[0-9]{2}( [0-9]{2}){5}\+[0-9]{2}",
        EntropyKind.DLT: r"[0-9]{2}( [0-9]{2}){4}\+[0-9]{2} [0-9]{2}",
        EntropyKind.DICE: r"[1-6]{20}",
        EntropyKind.DRAND: r"[0-9a-f]{64}",
    }
    assert re.fullmatch(grammar[kind], value)
    assert read_value(kind, value) == value


def test_the_720_orders_of_six_reds_are_one_text():
    reds = ["03", "07", "11", "19", "24", "30"]

    found = {read_value("ssq", " ".join(order) + "+08") for order in permutations(reds)}

    assert found == {"03 07 11 19 24 30+08"}


@pytest.mark.parametrize("typed", ["1" + " " * 50_000 + "x", "红" + " " * 50_000, "1 " * 50_000])
def test_an_endless_text_is_refused_at_once(typed: str):
    started = perf_counter()

    with pytest.raises(ProtocolError):
        read_value("ssq", typed)
    assert perf_counter() - started < 1


def test_the_entropy_of_a_draw_is_one_line_in_the_announced_order():
    assert entropy_text(vector.record()["entropy"]) == vector.WHOLE["entropy_text"]


def test_each_source_has_a_name_and_an_address_to_look_it_up():
    assert official_name("ssq", "2026150") == "中国福利彩票双色球第2026150期"
    assert official_name("dlt", "26150") == "中国体育彩票大乐透第26150期"
    assert official_name("dice", "会议室") == "现场掷骰（会议室）"
    assert official_name("drand", "7") == "drand 公共随机信标第7轮"
    assert official_address("drand", "7").endswith("/public/7")
    assert official_address("ssq", "2026150") == "https://www.cwl.gov.cn/"
    assert official_address("dice", "会议室") == ""


# --- Which events can decide a draw -------------------------------------------------------------

FROZEN_AT = datetime(2026, 12, 28, 16, 5, tzinfo=BEIJING)


def source(kind: str, identity: str, at: str) -> dict[str, str]:
    return {"kind": kind, "id": identity, "at": f"{at}+08:00"}


def dice_at(at: str, where: str = "会议室") -> dict[str, str]:
    return source("dice", where, at)


SSQ_SOURCE = source("ssq", "2026150", "2026-12-29T21:15:00")


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param([SSQ_SOURCE], id="a lottery"),
        pytest.param([source("ssq", "2026150", "2026-12-29T21:00:00")], id="as early as can be"),
        pytest.param([source("dlt", "26148", "2026-12-30T20:30:00")], id="the other lottery"),
        pytest.param([DRAND[0]], id="a round of the beacon"),
        pytest.param([SSQ_SOURCE, DICE[0], DRAND[0]], id="three"),
        pytest.param([SSQ_SOURCE, dice_at("2026-12-29T21:15:00")], id="dice at the same moment"),
        pytest.param([SSQ_SOURCE, dice_at("2026-12-29T20:00:00", "室" * 40)], id="a long place"),
        pytest.param(
            [SSQ_SOURCE, source("ssq", "2026151", "2026-12-31T21:15:00")], id="two issues"
        ),
    ],
)
def test_usable_sources(sources: list[dict[str, str]]):
    assert [row[:2] for row in check_sources(sources, FROZEN_AT)] == [
        (row["kind"], row["id"]) for row in sources
    ]


@pytest.mark.parametrize(
    ("sources", "part"),
    [
        pytest.param([], "entropy", id="none"),
        pytest.param([SSQ_SOURCE] * 2, "entropy", id="one twice"),
        pytest.param(
            [SSQ_SOURCE, DRAND[0], DICE[0], dice_at("2026-12-29T20:50:00", "二楼")],
            "entropy",
            id="four",
        ),
        pytest.param([DICE[0]], "entropy", id="dice alone"),
        pytest.param(
            [DICE[0], dice_at("2026-12-29T20:50:00", "二楼")], "entropy", id="dice and more dice"
        ),
        pytest.param([source("coin", "1", "2026-12-29T21:15:00")], "entropy.0.kind", id="a coin"),
        pytest.param(
            [source("ssq", "2026150", "2026-12-30T21:15:00")], "entropy.0.at", id="a Wednesday"
        ),
        pytest.param(
            [source("dlt", "26149", "2026-12-29T21:15:00")], "entropy.0.at", id="a Tuesday"
        ),
        pytest.param(
            [source("ssq", "2026150", "2026-12-29T20:59:59")],
            "entropy.0.at",
            id="too early an hour",
        ),
        pytest.param(
            [source("dlt", "26149", "2026-12-30T20:29:59")],
            "entropy.0.at",
            id="too early an hour for the other",
        ),
        pytest.param(
            [source("ssq", "2027150", "2026-12-29T21:15:00")], "entropy.0.id", id="another year"
        ),
        pytest.param(
            [source("ssq", "26150", "2026-12-29T21:15:00")], "entropy.0.id", id="5 digits"
        ),
        pytest.param(
            [source("dlt", "2026149", "2026-12-30T20:30:00")], "entropy.0.id", id="7 digits"
        ),
        pytest.param(
            [source("ssq", "２０２６150", "2026-12-29T21:15:00")], "entropy.0.id", id="full width"
        ),
        # 156 draw days of 双色球 have been by then.
        pytest.param(
            [source("ssq", "2026157", "2026-12-29T21:15:00")], "entropy.0.id", id="not so many yet"
        ),
        pytest.param(
            [source("ssq", "2026140", "2026-12-29T21:15:00")], "entropy.0.id", id="long drawn"
        ),
        pytest.param(
            [source("ssq", "2026000", "2026-12-29T21:15:00")], "entropy.0.id", id="no issue at all"
        ),
        pytest.param(
            [source("drand", "35248912", "2026-12-29T21:15:01")], "entropy.0.at", id="a second late"
        ),
        pytest.param(
            [source("drand", "35248911", "2026-12-29T21:15:00")], "entropy.0.at", id="another round"
        ),
        pytest.param(
            [source("drand", "035248912", "2026-12-29T21:15:00")], "entropy.0.id", id="leading zero"
        ),
        pytest.param(
            [source("drand", "9" * 11, "2026-12-29T21:15:00")], "entropy.0.id", id="no such year"
        ),
        pytest.param(
            [source("drand", "9" * 10, "2026-12-29T21:15:00")], "entropy.0.at", id="far future"
        ),
        pytest.param(
            [SSQ_SOURCE, dice_at("2026-12-29T21:15:01")],
            "entropy.1.at",
            id="dice after the lottery",
        ),
        pytest.param(
            [SSQ_SOURCE, dice_at("2026-12-29T20:50:00", "室" * 41)], "entropy.1.id", id="too long"
        ),
        *[
            pytest.param(
                [SSQ_SOURCE, dice_at("2026-12-29T20:50:00", where)], "entropy.1.id", id=repr(where)
            )
            for where in ("", " 室", "室|", "a=b", "室\n", "室\u200b", "e\u0301", "\ud800")
        ],
        pytest.param(
            [SSQ_SOURCE, dice_at("2026-12-29T16:04:59")], "entropy.1.at", id="dice too soon"
        ),
        pytest.param("ssq", "entropy", id="a text"),
        pytest.param([None], "entropy.0", id="nothing"),
        pytest.param([{**SSQ_SOURCE, "note": ""}], "entropy.0", id="a note"),
        pytest.param([{**SSQ_SOURCE, "at": None}], "entropy.0.at", id="no time"),
        pytest.param([{**SSQ_SOURCE, "id": 2026150}], "entropy.0.id", id="a number"),
    ],
)
def test_sources_that_could_be_steered_or_do_not_exist_are_refused(sources: Any, part: str):
    with pytest.raises(ProtocolError) as refusal:
        check_sources(sources, FROZEN_AT)

    assert refusal.value.part == part


@pytest.mark.parametrize(
    ("frozen_at", "accepted"),
    [("2026-12-28T21:15:00+08:00", True), ("2026-12-28T21:15:01+08:00", False)],
)
def test_a_whole_day_lies_between_the_freeze_and_the_first_source(frozen_at: str, accepted: bool):
    frozen = datetime.fromisoformat(frozen_at)
    if accepted:
        check_sources([SSQ_SOURCE], frozen)
        return
    with pytest.raises(ProtocolError, match="24小时") as refusal:
        check_sources([SSQ_SOURCE], frozen)
    assert refusal.value.part == "entropy.0.at"


@pytest.mark.parametrize(
    "at",
    [
        "2026-12-29T21:15:00",
        "2026-12-29T21:15:00Z",
        "2026-12-29T13:15:00+00:00",
        "2026-12-29 21:15:00+08:00",
        "2026-12-29T21:15+08:00",
        "2026-12-29T21:15:00.0+08:00",
        "2026-12-29T21:15:60+08:00",
        "2026-12-29t21:15:00+08:00",
        "20261229T211500+0800",
        "2026-02-30T21:15:00+08:00",
        "2026-12-29T21:15:00+08:00 ",
        "２026-12-29T21:15:00+08:00",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59+08:00",
    ],
)
def test_a_moment_has_one_spelling(at: str):
    with pytest.raises(ProtocolError) as refusal:
        check_sources([{**SSQ_SOURCE, "at": at}], FROZEN_AT)

    assert refusal.value.part in ("entropy.0.at", "entropy.0.id")


@given(st.integers(1, 10**9))
def test_every_round_of_the_beacon_has_its_second(number: int):
    at = drand_moment(number)
    found = check_sources(
        [{"kind": "drand", "id": str(number), "at": write_moment(at)}], at - timedelta(days=1)
    )

    assert found == [(EntropyKind.DRAND, str(number), at)]
    assert drand_moment(number + 1) - at == timedelta(seconds=3)


@given(st.dates(datetime(2024, 1, 1).date(), datetime(2099, 12, 31).date()), st.integers(0, 170))  # noqa: DTZ001
def test_an_issue_is_believed_within_fifteen_of_the_draw_days_so_far(day: Any, ordinal: int):
    """Against a plain count of the calendar's days."""
    weekdays = {1, 3, 6}
    first = day.replace(month=1, day=1)
    so_far = [first + timedelta(n) for n in range((day - first).days + 1)]
    most = sum(one.weekday() in weekdays for one in so_far)
    at = datetime(day.year, day.month, day.day, 21, 15, tzinfo=BEIJING)

    believed = True
    try:
        check_sources(
            [{"kind": "ssq", "id": f"{day.year}{ordinal:03d}", "at": write_moment(at)}],
            at - timedelta(days=1),
        )
    except ProtocolError:
        believed = False

    assert believed == (day.weekday() in weekdays and max(1, most - 15) <= ordinal <= most)


def test_the_strategies_sources_are_those_of_one_evening():
    check_sources([SSQ[0], DICE[0], DRAND[0]], FROZEN_AT)
