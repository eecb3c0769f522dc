from dataclasses import replace

import pytest
from hypothesis import given

from sampling.rules.protocol import (
    Category,
    Conflict,
    LeftOutCode,
    LeftOutSource,
    Need,
    Pool,
    PoolInspector,
    PoolSource,
    ProtocolError,
    Role,
    parse_pool,
    pool_digest,
    render_pool,
)

from . import vector
from .strategies import pools

HEAD = "chanji-draw/2\t2027Q1\tsha256\n"
SMALL = Pool(
    plan="2027Q1",
    sources=(PoolSource(Category.KEY, 0, "b1", 2), PoolSource(Category.KEY, 1, "A2", 1)),
    quotas={Category.KEY: 1},
    inspectors=(PoolInspector("I1", Role.EXPERT, frozenset({"水", "air", "water"})),),
    needs=(Need("*", Role.OFFICER, "-", 2),),
    conflicts=(Conflict("A2", "I1"),),
    left_out=(LeftOutSource(Category.GENERAL, "Z9", LeftOutCode.CAP),),
)


def test_vector_pool_is_read_and_written_back_byte_for_byte():
    text = vector.bundle()["pool"]

    rendered = render_pool(parse_pool(text))

    # The vector writes its only two skills in alphabetical order, as render_pool does.
    assert rendered == text
    assert pool_digest(rendered) == vector.announcement()["pool_digest"]


def test_pool_lines_are_sorted_by_their_bytes_whatever_order_they_come_in():
    assert render_pool(SMALL) == (
        HEAD + "C\tA2\tI1\nI\tI1\texpert\tair,water,水\nQ\tkey\t1\nR\t*\tofficer\t-\t2\n"
        "S\tkey\t0\tb1\t2\nS\tkey\t1\tA2\t1\nX\tgeneral\tZ9\tcap\n"
    )


@given(pools())
def test_a_pool_is_read_back_as_it_was_written(pool: Pool):
    text = render_pool(pool)
    read = parse_pool(text)

    assert render_pool(read) == text
    assert set(read.sources) == set(pool.sources)
    assert set(read.left_out) == set(pool.left_out)
    assert text.split("\n")[1:-1] == sorted(text.split("\n")[1:-1], key=str.encode)
    assert sum(read.register().values()) == len(pool.sources) + len(pool.left_out)
    assert sum(read.reasons().values()) == len(pool.left_out)


def test_register_and_left_out_are_counted_as_the_vector_announces_them():
    pool = parse_pool(vector.bundle()["pool"])

    assert pool.register() == vector.announcement()["register"]
    assert pool.reasons() == vector.announcement()["left_out"]


def test_conflicts_and_needs_of_units_outside_the_pool_are_not_published():
    text = render_pool(
        replace(
            SMALL,
            conflicts=(Conflict("GONE", "I1"), Conflict("A2", "GONE"), Conflict("Z9", "I1")),
            needs=(Need("GONE", Role.EXPERT, "air", 1), Need("Z9", Role.EXPERT, "air", 1)),
        )
    )

    assert "GONE" not in text
    assert text.count("Z9") == 1


def test_pool_that_could_not_be_read_back_is_not_rendered():
    with pytest.raises(ProtocolError, match="抽取数 3 多于池内 2 家"):
        render_pool(replace(SMALL, quotas={Category.KEY: 3}))


S = "S\tkey\t0\tA\t1\n"
Q = "Q\tkey\t1\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("", 1, "换行符", id="empty"),
        pytest.param(HEAD + "Q\tkey\t0", 2, "换行符", id="no final LF"),
        pytest.param(HEAD.replace("\n", "\r\n"), 1, "U\\+000D", id="CRLF"),
        pytest.param("\ufeff" + HEAD, 1, "U\\+FEFF", id="byte order mark"),
        pytest.param(HEAD + "S\tkey\t0\tA\u200b\t1\n", 2, "U\\+200B", id="zero-width space"),
        pytest.param(HEAD + "S\tkey\t0\tA\ud800\t1\n", 2, "U\\+D800", id="lone surrogate"),
        pytest.param(HEAD.replace("/2", "/1"), 1, "计划编号", id="another protocol"),
        pytest.param(HEAD.replace("Q1", "Q5"), 1, "计划编号", id="no such quarter"),
        pytest.param(HEAD.replace("2027", "２０２７"), 1, "计划编号", id="full-width year"),
        pytest.param("chanji-draw/2\t2027Q1\n", 1, "sha256", id="no hash named"),
        pytest.param(HEAD.replace("sha256", "sm3"), 1, "sha256", id="another hash"),
        pytest.param(HEAD + S + Q, 3, "字节顺序", id="not sorted"),
        pytest.param(HEAD + Q + S + S, 4, "重复", id="same line twice"),
        pytest.param(HEAD + Q + S + "S\tkey\t1\tA\t1\n", 4, "重复登记", id="source twice"),
        pytest.param(HEAD + "Q\tkey\t0\nQ\tkey\t1\n", 3, "重复登记", id="quota twice"),
        pytest.param(
            HEAD + "I\tA\tofficer\t-\nI\tA\tstaff\t-\n", 3, "重复登记", id="inspector twice"
        ),
        pytest.param(
            HEAD + "R\t*\tstaff\t-\t1\nR\t*\tstaff\t-\t2\n", 3, "重复登记", id="need twice"
        ),
        pytest.param(
            HEAD + "X\tkey\tA\tcap\nX\tkey\tA\texempted\n", 3, "重复登记", id="left out twice"
        ),
        pytest.param(HEAD + "Y\tkey\n", 2, "类型不明", id="unknown kind"),
        pytest.param(HEAD + "\n", 2, "类型不明", id="blank line"),
        pytest.param(HEAD + "Q key 1\n", 2, "类型不明", id="spaces for tabs"),
        pytest.param(HEAD + "Q\tkey\t1\t\n", 2, "字段", id="one field too many"),
        pytest.param(HEAD + "X\tkey\tA\n", 2, "字段", id="left out for no reason"),
        pytest.param(HEAD + "C\t\tI1\n", 2, "字段", id="empty field"),
        pytest.param(HEAD + "Q\tkeys\t1\n", 2, "用词", id="unknown category"),
        pytest.param(HEAD + "I\tA\tboss\t-\n", 2, "用词", id="unknown role"),
        pytest.param(HEAD + "X\tkey\tA\tfriend\n", 2, "用词", id="unknown reason"),
        pytest.param(HEAD + "X\tkeys\tA\tcap\n", 2, "用词", id="left out of no category"),
        pytest.param(HEAD + "I\tA\texpert\tair,air\n", 2, "专业", id="skill twice"),
        pytest.param(HEAD + "I\tA\texpert\tair,\n", 2, "专业", id="empty skill"),
        pytest.param(HEAD + "R\t*\texpert\tair,water\t1\n", 2, "专业", id="two skills in a need"),
        pytest.param(HEAD + "R\t*\texpert\tair\t0\n", 2, "整数", id="need of nobody"),
        pytest.param(HEAD + "S\tkey\t0\tA\t0\n", 2, "整数", id="no ticket"),
        pytest.param(HEAD + "S\tkey\t-1\tA\t1\n", 2, "整数", id="negative tier"),
        pytest.param(HEAD + "S\tkey\t00\tA\t1\n", 2, "整数", id="leading zero"),
        pytest.param(HEAD + "S\tkey\t0\tA\t１\n", 2, "整数", id="full-width digit"),
        pytest.param(HEAD + "S\tkey\t0\tA\t9999999999\n", 2, "整数", id="absurd weight"),
        pytest.param(HEAD + "S\tkey\t0\t*\t1\n", 2, "编号", id="star as a source"),
        pytest.param(HEAD + "S\tkey\t0\t甲\t1\n", 2, "编号", id="a source named in Chinese"),
        pytest.param(HEAD + f"S\tkey\t0\t{'A' * 33}\t1\n", 2, "编号", id="an endless id"),
        pytest.param(HEAD + "X\tkey\tA B\tcap\n", 2, "编号", id="blank in an id"),
        pytest.param(HEAD + "I\tA_B\tofficer\t-\n", 2, "编号", id="underscore in an inspector"),
        pytest.param(HEAD + "R\tA/B\tofficer\t-\t1\n", 2, "编号", id="need of no id"),
        pytest.param(HEAD + "C\t*\tA\n", 2, "编号", id="conflict with every source"),
        pytest.param(HEAD + "C\tA\t*\n", 2, "编号", id="conflict of every inspector"),
    ],
)
def test_defective_pool_is_refused_with_its_line(text: str, line: int, words: str):
    with pytest.raises(ProtocolError, match=f"第{line}行.*{words}") as refusal:
        parse_pool(text)

    assert refusal.value.part == "pool"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(S, "没有抽取数", id="no quota"),
        pytest.param("Q\tkey\t2\n" + S, "多于池内 1 家", id="quota above the pool"),
        pytest.param("Q\tgeneral\t1\n", "多于池内 0 家", id="quota of an empty category"),
        pytest.param("Q\tkey\t1\nX\tkey\tA\tcap\n", "多于池内 0 家", id="quota of those left out"),
        pytest.param(Q + S + "X\tkey\tA\tcap\n", "A 既在抽取池内又列为未入池", id="in and out"),
        pytest.param(
            Q + S + "X\tgeneral\tA\tcap\n", "A 既在抽取池内又列为未入池", id="in and out otherwise"
        ),
    ],
)
def test_pool_that_contradicts_itself_is_refused(body: str, words: str):
    with pytest.raises(ProtocolError, match=words) as refusal:
        parse_pool(HEAD + body)

    assert refusal.value.part == "pool"
