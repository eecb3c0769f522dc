"""Who watches a draw (domain rules §4.3 抽取须有见证人)."""

from collections.abc import Sequence

from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation

MIN_WITNESSES = 2


class TooFewWitnesses(RuleViolation):
    code = "too_few_witnesses"
    basis = "domain §4.3 抽取须有见证人"


def check_witnesses(names: Sequence[str], *, drawn_by: str) -> list[str]:
    """Each person once. A refusal names the witness it is about: ``witness_1`` is the first."""
    cleaned: dict[str, None] = {}
    for number, name in enumerate(names, 1):
        if not name.strip():
            continue
        field = f"witness_{number}"
        text = checked_text(name, label="见证人", field=field, limit=100)
        if text == drawn_by:
            raise TooFewWitnesses("主持抽取的人不能同时是见证人。", field=field)
        cleaned[text] = None
    if len(cleaned) < MIN_WITNESSES:
        raise TooFewWitnesses(
            "抽取须有至少两名不同的见证人在场，请填写两人姓名。", field=f"witness_{MIN_WITNESSES}"
        )
    return list(cleaned)
