"""§2: what is published at the freeze, and that nothing in it can be changed afterwards."""

from datetime import date, datetime
from typing import Any

import pytest

from sampling.rules.protocol import (
    ProtocolError,
    announce,
    announcement_digest,
    canon,
    check_announcement,
    read_day,
    read_json,
    read_moment,
    seed,
)

from . import vector


def changed(**values: Any) -> dict[str, Any]:
    return {**vector.announcement(), **values}


def test_the_vectors_announcement_is_made_and_read():
    known = vector.announcement()

    made = announce(
        pool=vector.bundle()["pool"],
        nonce=vector.bundle()["nonce"],
        frozen_at=read_moment("", known["frozen_at"]),
        draw_by=date(2026, 12, 31),
        reveal_by=date(2027, 4, 30),
        entropy=known["entropy"],
    )

    assert made == known
    assert announcement_digest(made) == vector.WHOLE["announcement_digest"]
    read = check_announcement(made)
    assert read.digest == vector.WHOLE["announcement_digest"]
    assert (read.plan, read.draw_by, read.reveal_by) == (
        "2027Q1",
        date(2026, 12, 31),
        date(2027, 4, 30),
    )
    assert [at for _, _, at in read.sources] == [
        datetime.fromisoformat("2026-12-29T21:15:00+08:00"),
        datetime.fromisoformat("2026-12-29T20:50:00+08:00"),
    ]


@pytest.mark.parametrize("key", sorted(vector.announcement()))
def test_everything_that_is_announced_goes_into_the_seed(key: str):
    """No time either can be changed afterwards: another announcement, another draw."""
    known = vector.announcement()
    other = {**known, key: [] if key == "entropy" else "x"}
    without = {name: value for name, value in known.items() if name != key}

    seeds = {seed(announcement_digest(one), "00" * 32, "x") for one in (known, other, without)}

    assert len(seeds) == 3


@pytest.mark.parametrize(
    ("announcement", "part"),
    [
        pytest.param(changed(protocol="chanji-draw/1"), "announcement.protocol", id="protocol"),
        pytest.param(changed(hash="sm3"), "announcement.hash", id="hash"),
        pytest.param(changed(plan="2027Q5"), "announcement.plan", id="plan"),
        pytest.param(changed(plan=2027), "announcement.plan", id="plan a number"),
        pytest.param(changed(pool_digest="00"), "announcement.pool_digest", id="short digest"),
        pytest.param(
            changed(commitment=vector.announcement()["commitment"].upper()),
            "announcement.commitment",
            id="upper case",
        ),
        pytest.param(changed(quotas={"keys": 1}), "announcement.quotas", id="no such category"),
        pytest.param(changed(quotas={"key": -1}), "announcement.quotas", id="negative"),
        pytest.param(changed(quotas={"key": True}), "announcement.quotas", id="true is not one"),
        pytest.param(changed(quotas={"key": 1.0}), "announcement.quotas", id="a fraction"),
        pytest.param(changed(register=[]), "announcement.register", id="register a list"),
        pytest.param(changed(left_out={"friend": 1}), "announcement.left_out", id="no such reason"),
        pytest.param(changed(entropy=[]), "announcement.entropy", id="no entropy"),
        pytest.param(
            changed(frozen_at="2026-12-29T22:00:00+08:00"),
            "announcement.entropy.0.at",
            id="frozen when the value was known",
        ),
        pytest.param(
            changed(frozen_at="2026-12-28T20:50:01+08:00"),
            "announcement.entropy.1.at",
            id="frozen less than a day before",
        ),
        pytest.param(changed(frozen_at=None), "announcement.frozen_at", id="no time of the freeze"),
        pytest.param(changed(frozen_at="2026-12-28"), "announcement.frozen_at", id="a day only"),
        pytest.param(
            changed(frozen_at="9999-12-31T23:59:59+08:00"), "announcement.entropy.0.at", id="9999"
        ),
        pytest.param(changed(draw_by="2026-12-28"), "announcement.draw_by", id="drawn too soon"),
        pytest.param(changed(draw_by="2026-12-3１"), "announcement.draw_by", id="full width"),
        pytest.param(changed(draw_by="20261231"), "announcement.draw_by", id="another form"),
        pytest.param(changed(reveal_by="2026-12-30"), "announcement.reveal_by", id="too soon"),
        pytest.param(changed(reveal_by=""), "announcement.reveal_by", id="never revealed"),
        pytest.param(changed(note="x"), "announcement", id="one more"),
        pytest.param([], "announcement", id="a list"),
        pytest.param(None, "announcement", id="nothing"),
    ],
)
def test_an_announcement_that_breaks_a_rule_is_refused(announcement: Any, part: str):
    with pytest.raises(ProtocolError) as refusal:
        check_announcement(announcement)

    assert refusal.value.part == part


@pytest.mark.parametrize("key", sorted(vector.announcement()))
def test_a_missing_field_is_named(key: str):
    known = vector.announcement()
    del known[key]

    with pytest.raises(ProtocolError, match=key):
        check_announcement(known)


def test_nothing_is_announced_that_a_verifier_would_refuse():
    known = vector.announcement()

    def make(pool: str, frozen_at: str) -> dict[str, Any]:
        return announce(
            pool=pool,
            nonce=vector.bundle()["nonce"],
            frozen_at=read_moment("", frozen_at),
            draw_by=date(2026, 12, 31),
            reveal_by=date(2027, 4, 30),
            entropy=known["entropy"],
        )

    pool = vector.bundle()["pool"]
    with pytest.raises(ProtocolError, match="24小时"):
        make(pool, "2026-12-29T16:05:00+08:00")
    with pytest.raises(ProtocolError, match="PS00009 等1家单位可能配不齐"):
        make(
            pool.replace("C\tPS00011\tIN002\n", "C\tPS00009\tIN007\nC\tPS00011\tIN002\n"),
            known["frozen_at"],
        )


# --- §0: the words ------------------------------------------------------------------------------


def test_canonical_json_is_that_of_rfc_8785():
    value = {"b": [1, True, None, "é单\u2028/\x7f"], "a": '"\\\b\t\n\f\r\x01\x1f', "": -0}

    assert canon(value) == (
        '{"":0,"a":"\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f","b":[1,true,null,"é单\u2028/\x7f"]}'
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": 1, "a": 1}', id="a key twice"),
        pytest.param('{"x": [{"a": 1, "b": 2, "a": 3}]}', id="a key twice, deep inside"),
        pytest.param('{"a": 1.0}', id="a fraction"),
        pytest.param('{"a": 1e2}', id="an exponent"),
        pytest.param('{"a": NaN}', id="not a number"),
        pytest.param('{"a": -Infinity}', id="endless"),
        pytest.param("[" * 100_000, id="nested too deeply"),
        pytest.param("9" * 5000, id="number without end"),
        pytest.param('{"a": 1} x', id="something after it"),
        pytest.param("{'a': 1}", id="other quotes"),
        pytest.param("", id="nothing"),
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(text: str):
    with pytest.raises(ProtocolError) as refusal:
        read_json("bundle", text)

    assert refusal.value.part == "bundle"


def test_json_that_is_plain_is_read():
    assert read_json("bundle", ' {"a": [1, "\\u5355", null, false]}\n') == {
        "a": [1, "单", None, False]
    }


@pytest.mark.parametrize("text", ["2026-1-1", "2026-01-32", "2026-W01-1", "20260101", "", None, 5])
def test_a_day_has_one_spelling(text: object):
    with pytest.raises(ProtocolError):
        read_day("draw_by", text)
