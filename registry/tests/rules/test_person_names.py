import pytest

from registry.rules.person_names import folded_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("何一", "何 一"),
        ("何一", "何\u200b一"),
        ("何一", "何　一"),
        ("阿不都·热合曼", "阿不都•热合曼"),
        ("阿不都·热合曼", "阿不都・热合曼"),
        ("阿不都·热合曼", "阿不都‧热合曼"),
        ("阿不都·热合曼", "阿不都.热合曼"),
        ("阿不都·热合曼", "阿不都热合曼"),
    ],
)
def test_spellings_of_one_name_are_one_name(one: str, other: str) -> None:
    assert folded_name(one) == folded_name(other)


def test_two_names_stay_two() -> None:
    assert folded_name("李㛃") != folded_name("李洁")
