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

MOST_TERMS = 6
MOST_UNKNOWN = 3
COMMON = 0.02


def fold(text: str) -> str:
    """One form for what people type in several: （Ａ１） and (a1) are the same."""
    return unicodedata.normalize("NFKC", text).lower()


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


def rarest(asked: Wanted, frequency: Mapping[str, float]) -> Wanted:
    """What of ``asked`` is worth asking for. ``frequency`` knows only common pairs, by share of rows.

    Pairs it does not know are rare, and a few of them find nearly exactly the rows wanted. Else
    the rarest known one alone: common pairs occur together (有限, 限公, 公司), so that asking for
    all of them finds no less, costs more, and makes the database expect far too few rows. Nothing
    at all where even that one is common: then a page is full before the index has been read.
    """
    if asked.prefix:
        share = sum(part for pair, part in frequency.items() if pair.startswith(asked.prefix))
        return Wanted() if share >= COMMON else asked
    unknown = tuple(pair for pair in asked.pairs if pair not in frequency)
    if unknown or not asked.pairs:
        return Wanted(pairs=unknown[:MOST_UNKNOWN])
    best = min(asked.pairs, key=frequency.__getitem__)
    return Wanted() if frequency[best] >= COMMON else Wanted(pairs=(best,))


def reads_alike(term: str) -> bool:
    """True when the term is found in the text as stored, without folding it first."""
    return not any(char.isascii() for char in term)


def is_code(term: str) -> bool:
    """True for what codes and numbers are made of; such a term is looked for without an index."""
    return term.isascii() and term.replace("-", "").replace(".", "").replace("_", "").isalnum()


def widened(term: str) -> str:
    """The term as it stands in a name that was typed in full-width letters."""
    return "".join(chr(ord(char) + 0xFEE0) if char.isascii() else char for char in term)
