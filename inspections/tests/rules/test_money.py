"""Sums in words, as 支付结算办法 writes them."""

from decimal import Decimal

import pytest

from inspections.rules.money import yuan_in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("5", "伍元整"),
        ("10", "壹拾元整"),
        ("105", "壹佰零伍元整"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("20000", "贰万元整"),
        ("20500", "贰万零伍佰元整"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("0.32", "叁角贰分"),
        ("0.05", "伍分"),
        ("1000000", "壹佰万元整"),
        ("100000005", "壹亿零伍元整"),
        ("100050000", "壹亿零伍万元整"),
        ("120000000", "壹亿贰仟万元整"),
        ("10100000", "壹仟零壹拾万元整"),
    ],
)
def test_a_sum_in_words(amount: str, words: str) -> None:
    assert yuan_in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-1", "1000000000000", "0.001"])
def test_what_no_decision_can_ask_for_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=amount):
        yuan_in_words(Decimal(amount))
