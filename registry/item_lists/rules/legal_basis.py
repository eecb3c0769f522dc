"""Law as dated data: 《生态环境法典》 replaced ten laws on 2026-08-15 (domain rules §2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Basis:
    code: str
    title: str
    article: str
    valid_from: date
    valid_to: date | None
    confirmed: bool


def bases_in_force(bases: Iterable[Basis], day: date) -> list[Basis]:
    """Those in force on ``day``, both bounds included, in the order given."""
    return [
        basis
        for basis in bases
        if basis.valid_from <= day and (basis.valid_to is None or day <= basis.valid_to)
    ]
