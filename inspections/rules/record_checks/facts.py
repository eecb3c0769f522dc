"""What the checks of a record look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from registry.rules.outcomes import INSPECTED


@dataclass(frozen=True)
class Lack:
    """One thing that is missing or wrong: where, and the Chinese text that says how to mend it."""

    section: str
    message: str


@dataclass(frozen=True)
class RecordFacts:
    """``officers``: {code: name} of the team's officers; ``valid_signatures``: signer keys whose
    signature fits the present content; ``stale_signatures``: those whose content has changed."""

    sections: Mapping[str, Mapping[str, Any]]
    officers: Mapping[str, str]
    items: Sequence[str]
    evidence: frozenset[str]
    valid_signatures: frozenset[str]
    stale_signatures: frozenset[str]
    earliest: datetime
    now: datetime
    due: datetime
    # (longitude, latitude) of the unit, where the register has it.
    unit_place: tuple[float, float] | None = None
    distance_limit: int = 500  # metres; a bureau setting
    # The same officer once more, nothing found before, and nobody said why (domain rules §3).
    repeat_unexplained: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)

    def value(self, section: str) -> Mapping[str, Any]:
        return self.sections.get(section, {})

    @property
    def outcome(self) -> str:
        return str(self.value("result").get("outcome", ""))

    @property
    def inspected_normally(self) -> bool:
        return self.outcome in INSPECTED
