"""Codes that people copy by hand, once: letters and digits that cannot be mistaken for each other."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def code_from(numbers: bytes, length: int) -> str:
    """``numbers``: random bytes, some more than ``length``; a byte past the last whole round is skipped,
    so that no character is likelier than another."""
    usable = [n for n in numbers if n < 256 - 256 % len(ALPHABET)]
    if len(usable) < length:
        raise ValueError("随机数不足")
    return "".join(ALPHABET[n % len(ALPHABET)] for n in usable[:length])


def tidy(typed: str) -> str:
    """As it was shown: capitals, without blanks and dashes."""
    return "".join(c for c in typed.upper() if c.isalnum())
