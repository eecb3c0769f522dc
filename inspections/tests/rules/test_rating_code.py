"""评价码: easy to copy by hand, of no use for another visit."""

import secrets

from inspections.rules.rating_code import LENGTH, code_hash, fits
from registry.rules.one_time_code import code_from

TOKEN = "abcdefghijklmnop"


def test_a_code_is_known_however_it_is_typed_but_only_at_its_own_notice() -> None:
    code = code_from(secrets.token_bytes(64), LENGTH)
    stored = code_hash(code, token=TOKEN)

    assert len(code) == 8
    assert fits(f" {code[:4].lower()} - {code[4:]} ", token=TOKEN, stored=stored)
    assert not fits(code, token="another token", stored=stored)
    assert not fits("", token=TOKEN, stored="")
