"""评价码: what a unit needs to rate a visit, once."""

import hashlib
import hmac

from registry.rules.one_time_code import tidy

LENGTH = 8
MOST_WRONG = 5


def code_hash(code: str, *, token: str) -> str:
    """Bound to its notice, so that a code of another visit is of no use."""
    return hashlib.sha256(f"{token}:{code}".encode()).hexdigest()


def fits(typed: str, *, token: str, stored: str) -> bool:
    return bool(stored) and hmac.compare_digest(code_hash(tidy(typed), token=token), stored)
