"""Finding Chinese names by any part of them: pairs of neighbouring characters.

Chinese is written without blanks, so there are no words to index. Every two neighbouring characters
are; a name that holds 环保科技 holds the pairs 环保, 保科 and 科技. Only pairs that begin with a
character beyond ASCII are indexed: digits and letters come in a few hundred pairs that every code
contains, which would cost much and tell nothing.
"""

import itertools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

END = "\n"  # closes each indexed field, so that no pair reaches from one field into the next
MOST_TERMS = 6
MOST_UNKNOWN = 3


def fold(text: str) -> str:
    """One form for what people type in several: （Ａ１） and (a1) are the same."""
    return unicodedata.normalize("NFKC", text).lower()


def pairs(text: str) -> list[str]:
    """The pairs of an indexed field; its last character stands with :data:`END`."""
    chars = fold(text) + END
    return [a + b for a, b in itertools.pairwise(chars) if not a.isascii()]


def terms(query: str) -> list[str]:
    """The parts of a query that must all be found, folded, the longest first."""
    found = dict.fromkeys(fold(query.replace("\0", " ")).split())
    return sorted(found, key=len, reverse=True)[:MOST_TERMS]


@dataclass(frozen=True)
class Wanted:
    """What the index is asked for one term: all of ``pairs``, or pairs that begin with ``prefix``.

    Both empty: the index knows nothing of the term, only reading the rows helps.
    """

    pairs: tuple[str, ...] = ()
    prefix: str = ""


def wanted(term: str) -> Wanted:
    found = dict.fromkeys(a + b for a, b in itertools.pairwise(term) if not a.isascii())
    if found:
        return Wanted(pairs=tuple(found))
    single = next((char for char in term if not char.isascii()), "")
    return Wanted(prefix=single)


def rarest(found: tuple[str, ...], frequency: Mapping[str, float]) -> tuple[str, ...]:
    """The pairs worth asking for. ``frequency`` knows only common pairs, by share of rows.

    Pairs it does not know are rare, and a few of them find nearly exactly the rows wanted. Else
    the rarest known one alone: common pairs occur together (有限, 限公, 公司), so that asking for
    all of them finds no less, costs more, and makes the database expect far too few rows.
    """
    unknown = [pair for pair in found if pair not in frequency]
    if unknown:
        return tuple(unknown[:MOST_UNKNOWN])
    return (min(found, key=frequency.__getitem__),)


def reads_alike(term: str) -> bool:
    """True when the term is found in the text as stored, without folding it first."""
    return not any(char.isascii() for char in term)
