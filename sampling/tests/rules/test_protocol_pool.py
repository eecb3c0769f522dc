import pytest

from sampling.rules.protocol_v1 import (
    Category,
    Conflict,
    Need,
    PoolInspector,
    PoolSource,
    ProtocolError,
    Role,
    parse_pool,
    pool_digest,
    render_pool,
)

from . import vector

HEAD = "chanji-draw/1\t2027Q1\n"


def render(**changes: object) -> str:
    parts: dict[str, object] = {
        "plan": "2027Q1",
        "sources": [PoolSource(Category.KEY, 0, "甲1", 2), PoolSource(Category.KEY, 1, "A2", 1)],
        "quotas": {Category.KEY: 1},
        "inspectors": [PoolInspector("I1", Role.EXPERT, frozenset({"water", "air"}))],
        "needs": [Need("*", Role.OFFICER, "-", 2)],
        "conflicts": [Conflict("A2", "I1")],
    }
    return render_pool(**{**parts, **changes})  # type: ignore[arg-type]


def test_vector_pool_is_read_and_written_back_byte_for_byte():
    text = vector.bundle()["pool"]
    pool = parse_pool(text)

    rendered = render_pool(
        pool.plan, pool.sources, pool.quotas, pool.inspectors, pool.needs, pool.conflicts
    )

    # The vector writes its only two skills in alphabetical order, as render_pool does.
    assert rendered == text
    assert pool_digest(rendered) == vector.bundle()["pool_digest"]


def test_pool_lines_are_sorted_by_their_bytes_whatever_order_they_come_in():
    assert render() == (
        HEAD + "C\tA2\tI1\nI\tI1\texpert\tair,water\nQ\tkey\t1\nR\t*\tofficer\t-\t2\n"
        "S\tkey\t0\t甲1\t2\nS\tkey\t1\tA2\t1\n"
    )


def test_conflicts_and_needs_of_units_outside_the_pool_are_not_published():
    text = render(
        conflicts=[Conflict("GONE", "I1"), Conflict("A2", "GONE")],
        needs=[Need("GONE", Role.EXPERT, "air", 1)],
    )

    assert "GONE" not in text


def test_pool_that_could_not_be_read_back_is_not_rendered():
    with pytest.raises(ProtocolError, match="抽取数 3 多于池内 2 家"):
        render(quotas={Category.KEY: 3})


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
        pytest.param("chanji-draw/2\t2027Q1\n", 1, "计划季度", id="another protocol"),
        pytest.param("chanji-draw/1\t2027Q5\n", 1, "计划季度", id="no such quarter"),
        pytest.param("chanji-draw/1\t２０２７Q1\n", 1, "计划季度", id="full-width year"),
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
        pytest.param(HEAD + "X\tkey\n", 2, "类型不明", id="unknown kind"),
        pytest.param(HEAD + "\n", 2, "类型不明", id="blank line"),
        pytest.param(HEAD + "Q key 1\n", 2, "类型不明", id="spaces for tabs"),
        pytest.param(HEAD + "Q\tkey\t1\t\n", 2, "字段", id="one field too many"),
        pytest.param(HEAD + "C\t\tI1\n", 2, "字段", id="empty field"),
        pytest.param(HEAD + "Q\tkeys\t1\n", 2, "用词", id="unknown category"),
        pytest.param(HEAD + "I\tA\tboss\t-\n", 2, "用词", id="unknown role"),
        pytest.param(HEAD + "I\tA\texpert\tair,air\n", 2, "专业", id="skill twice"),
        pytest.param(HEAD + "I\tA\texpert\tair,\n", 2, "专业", id="empty skill"),
        pytest.param(HEAD + "R\t*\texpert\tair,water\t1\n", 2, "专业", id="two skills in a need"),
        pytest.param(HEAD + "R\t*\texpert\tair\t0\n", 2, "整数", id="need of nobody"),
        pytest.param(HEAD + "S\tkey\t0\tA\t0\n", 2, "整数", id="no ticket"),
        pytest.param(HEAD + "S\tkey\t-1\tA\t1\n", 2, "整数", id="negative tier"),
        pytest.param(HEAD + "S\tkey\t00\tA\t1\n", 2, "整数", id="leading zero"),
        pytest.param(HEAD + "S\tkey\t0\tA\t１\n", 2, "整数", id="full-width digit"),
        pytest.param(HEAD + "S\tkey\t0\tA\t9999999999\n", 2, "整数", id="absurd weight"),
        pytest.param(HEAD + "S\tkey\t0\t*\t1\n", 2, "单位编号", id="star as a source"),
        pytest.param(HEAD + "C\t*\tA\n", 2, "单位编号", id="conflict with every source"),
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
    ],
)
def test_quota_that_cannot_be_drawn_is_refused(body: str, words: str):
    with pytest.raises(ProtocolError, match=words):
        parse_pool(HEAD + body)
