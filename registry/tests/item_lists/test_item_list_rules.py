"""What the cells of a published item list mean, and how two lists differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.item_lists.rules.item_lists import (
    Citation,
    Item,
    citations,
    compare,
    filled_down,
    item_class,
    method,
    same_law,
)
from registry.rules.cells import BadCell


@pytest.mark.parametrize(
    ("text", "kind"),
    [("重点检查事项", "key"), ("一般", "general"), ("一般检查事项", "general"), ("重点事项", "key")],
)  # fmt: skip
def test_the_class_is_read_from_its_words(text: str, kind: str) -> None:
    assert item_class(text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [("现场检查", "on_site"), ("实地核查、书面检查", "on_site"), ("书面检查", "documents"),
     ("非现场检查", "remote"), ("网络监测", "remote"), ("非现场、现场", "on_site"), ("", "on_site"),
     ("书面/非现场", "documents")],
)  # fmt: skip
def test_the_strictest_method_named_counts(text: str, kind: str) -> None:
    assert method(text) == kind


def test_what_is_no_class_or_method_is_refused_with_a_way_to_mend_it() -> None:
    for read in (item_class, method):
        with pytest.raises(BadCell, match="请填"):
            read("随便")
    with pytest.raises(BadCell, match="空白"):
        item_class("")


def test_laws_are_cited_with_their_articles_but_not_their_words() -> None:
    cell = (
        "1.《中华人民共和国水污染防治法》第三十条第一款：环境保护主管部门有权现场检查。\n"
        "2.《排污许可管理条例》第二十五条、第二十六条；《排污许可管理条例》第二十五条、第二十六条"
    )

    assert citations(cell) == (
        Citation("中华人民共和国水污染防治法", "第三十条第一款"),
        Citation("排污许可管理条例", "第二十五条、第二十六条"),
    )


def test_a_cell_without_brackets_is_a_title_and_an_empty_one_nothing() -> None:
    assert citations("排污许可管理条例。") == (Citation("排污许可管理条例"),)
    assert citations("") == ()


def test_a_law_is_the_same_with_and_without_the_country() -> None:
    assert same_law("中华人民共和国水污染防治法", "水污染防治法")
    assert not same_law("水污染防治法", "大气污染防治法")


def test_merged_cells_mean_the_one_above() -> None:
    rows = [{"item_class": "重点", "name": "甲"}, {"item_class": "", "name": ""}]

    assert filled_down(rows) == [
        {"item_class": "重点", "name": "甲"},
        {"item_class": "重点", "name": ""},
    ]


def item(code: str, name: str, **fields: str) -> Item:
    return Item(code, {"name": name, **fields})


def test_lists_are_compared_by_code_then_by_name() -> None:
    ours = [item("A1", "排污许可"), item("A2", "危险废物", ratio="5%"), item("A3", "噪声")]
    theirs = [item("A2", "危险废物", ratio="10%"), item("B9", "噪声"), item("B1", "辐射")]

    pairs = compare(ours, theirs)

    assert [(p.state, p.item.name) for p in pairs] == [
        ("changed", "危险废物"), ("changed", "噪声"), ("right_only", "辐射"),
        ("left_only", "排污许可"),
    ]  # fmt: skip
    assert pairs[0].changes == (("抽查比例", "5%", "10%"),)
    assert pairs[1].changes == (("事项编码", "A3", "B9"),)


ITEMS = st.lists(
    st.builds(item, st.sampled_from("ABCDEF"), st.sampled_from(["甲", "乙", "丙"])),
    unique_by=lambda one: one.code,
)


@given(left=ITEMS, right=ITEMS)
def test_every_item_of_both_lists_stands_in_exactly_one_pair(
    left: list[Item], right: list[Item]
) -> None:
    pairs = compare(left, right)

    assert sorted(p.left.code for p in pairs if p.left) == sorted(i.code for i in left)
    assert [p.right.code for p in pairs if p.right] == [i.code for i in right]
    assert all(p.state == "same" for p in compare(left, left))
