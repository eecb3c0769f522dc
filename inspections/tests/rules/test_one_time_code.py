"""评价码: easy to copy by hand, of no use for another visit."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.rules.one_time_code import ALPHABET, code_from, code_hash, fits, tidy

TOKEN = "abcdefghijklmnop"


@given(st.binary(min_size=64, max_size=64))
def test_codes_have_eight_characters_nobody_confuses(numbers: bytes) -> None:
    usable = [n for n in numbers if n < 248]
    if len(usable) < 8:
        with pytest.raises(ValueError, match="随机"):
            code_from(numbers)
        return

    code = code_from(numbers)

    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert not set("01ILO") & set(ALPHABET)


def test_a_code_is_known_however_it_is_typed_but_only_at_its_own_notice() -> None:
    code = code_from(secrets.token_bytes(64))
    stored = code_hash(code, token=TOKEN)

    typed = f" {code[:4].lower()} - {code[4:]} "
    assert tidy(typed) == code
    assert fits(typed, token=TOKEN, stored=stored)
    assert not fits(code, token="another token", stored=stored)
    assert not fits("", token=TOKEN, stored="")
