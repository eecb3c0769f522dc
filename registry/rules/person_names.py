"""One person's name is one name in every spelling (domain rules §1, Names)."""

import unicodedata

# People write the same separator between the parts of a Uyghur or Kazakh name as any of these.
SEPARATORS = frozenset("·•・‧.")
UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def folded_name(name: str) -> str:
    """What two spellings of one name have in common: no blanks, separators or invisible signs.

    For comparing only; what is shown is what was written.
    """
    return "".join(
        char
        for char in unicodedata.normalize("NFKC", name)
        if char not in SEPARATORS and unicodedata.category(char) not in UNSEEN
    )
