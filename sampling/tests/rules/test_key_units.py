import pytest

from sampling.rules.key_units import draws_as_key


@pytest.mark.parametrize(
    ("classes", "strict", "key"),
    [
        pytest.param([], False, True, id="no class named"),
        pytest.param(["water"], False, True, id="water"),
        pytest.param(["soil", "air"], False, True, id="soil beside air"),
        pytest.param(["soil"], False, False, id="soil alone"),
        pytest.param(["soil", "risk"], False, False, id="soil and risk alone"),
        pytest.param(["soil", "risk"], True, True, id="soil and risk, read strictly"),
    ],
)
def test_who_is_drawn_as_key(classes: list[str], strict: bool, key: bool) -> None:
    assert draws_as_key(classes, strict=strict) is key
