import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.one_time_code import ALPHABET, code_from, tidy


@given(st.binary(min_size=64, max_size=64), st.sampled_from([8, 12]))
def test_codes_have_characters_nobody_confuses(numbers: bytes, length: int) -> None:
    usable = [n for n in numbers if n < 248]
    if len(usable) < length:
        with pytest.raises(ValueError, match="随机"):
            code_from(numbers, length)
        return

    code = code_from(numbers, length)

    assert len(code) == length
    assert set(code) <= set(ALPHABET)
    assert not set("01ILO") & set(ALPHABET)


def test_no_character_is_likelier_than_another() -> None:
    every_byte = bytes(range(256))

    assert sorted(code_from(every_byte, 248)) == sorted(ALPHABET * 8)


def test_a_code_is_read_as_people_copy_it() -> None:
    assert tidy(" 2345 - abcd—efgh ") == "2345ABCDEFGH"
