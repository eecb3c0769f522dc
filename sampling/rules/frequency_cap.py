"""Each body publishes how often a year it visits one enterprise (国办发〔2024〕54号)."""

from collections.abc import Collection

from registry.rules.bureau_settings import SPECS
from registry.rules.cap_exemptions import Exemption

YEARLY_CAP: int = SPECS["yearly_cap"].default  # on-site checks a year


def at_cap(
    visits: int, cap: int = YEARLY_CAP, exemptions: Collection[Exemption] = frozenset()
) -> bool:
    """Whether one more on-site visit this year would exceed the cap; any exemption lifts it."""
    return visits >= cap and not exemptions
