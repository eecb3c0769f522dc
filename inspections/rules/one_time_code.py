"""评价码: eight letters and digits that cannot be mistaken for each other."""

import hashlib
import hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
MOST_WRONG = 5


def code_from(numbers: bytes) -> str:
    """``numbers``: at least eight random bytes; a byte past the last whole round is skipped."""
    usable = [n for n in numbers if n < 256 - 256 % len(ALPHABET)]
    if len(usable) < LENGTH:
        raise ValueError("随机数不足")
    return "".join(ALPHABET[n % len(ALPHABET)] for n in usable[:LENGTH])


def tidy(typed: str) -> str:
    """As it was shown: capitals, without blanks and dashes."""
    return "".join(c for c in typed.upper() if c.isalnum())


def code_hash(code: str, *, token: str) -> str:
    """Bound to its notice, so that a code of another visit is of no use."""
    return hashlib.sha256(f"{token}:{code}".encode()).hexdigest()


def fits(typed: str, *, token: str, stored: str) -> bool:
    return bool(stored) and hmac.compare_digest(code_hash(tidy(typed), token=token), stored)
