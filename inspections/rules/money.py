"""Sums of money as a decision writes them: in figures and in words that cannot be altered."""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
LARGEST = Decimal("999999999999.99")  # below 万亿: three groups of four digits


def yuan_in_words(amount: Decimal) -> str:
    """``贰万零伍佰元整`` of 20500; ``伍元叁角`` of 5.30.

    Source: 支付结算办法 附一 正确填写票据和结算凭证的基本规定. ValueError below 0, above LARGEST, or for
    parts of a 分.
    """
    fen = amount * 100
    if not 0 <= amount <= LARGEST or fen != fen.to_integral_value():
        raise ValueError(amount)
    yuan, rest = divmod(int(fen), 100)
    jiao, cents = divmod(rest, 10)
    text = _whole(yuan) + "元" if yuan or not rest else ""
    if not rest:
        return text + "整"
    if jiao:
        text += DIGITS[jiao] + "角"
    elif text:
        text += "零"
    return text + (DIGITS[cents] + "分" if cents else "")


def _whole(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    text, skipped = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        group, inside = divmod(place, 4)
        digit = number // 10**place % 10
        if digit:
            text += (DIGITS[0] if skipped else "") + DIGITS[digit] + PLACES[inside]
        skipped = digit == 0
        if inside == 0 and number // 10**place % 10_000:
            text += GROUPS[group]
    return text
