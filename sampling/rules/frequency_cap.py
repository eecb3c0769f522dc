"""Each body publishes how often a year it visits one enterprise (国办发〔2024〕54号)."""

from collections.abc import Collection
from enum import StrEnum

YEARLY_CAP = 2  # on-site checks a year; 本局设定, the default


class CapExemption(StrEnum):
    """Why a unit may be visited beyond the cap."""

    CLUE_CHECK = "clue_check"
    REMOTE_TO_ONSITE = "remote_to_onsite"
    CREDIT_D = "credit_d"
    ENTERPRISE_REQUEST = "enterprise_request"
    URGENT = "urgent"


EXEMPTION_LABELS = {
    CapExemption.CLUE_CHECK: "线索核查",
    CapExemption.REMOTE_TO_ONSITE: "非现场转现场",
    CapExemption.CREDIT_D: "信用D级/红码",
    CapExemption.ENTERPRISE_REQUEST: "企业申请",
    CapExemption.URGENT: "紧急",
}


def at_cap(
    visits: int, cap: int = YEARLY_CAP, exemptions: Collection[CapExemption] = frozenset()
) -> bool:
    """Whether one more on-site visit this year would exceed the cap; any exemption lifts it."""
    return visits >= cap and not exemptions
