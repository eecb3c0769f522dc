"""Visits beyond what is published as a unit's yearly number (国办发〔2024〕54号; domain rules §3)."""

from enum import StrEnum


class Exemption(StrEnum):
    """Why a visit beyond the yearly cap is allowed, and is not counted against it."""

    CLUE_CHECK = "clue_check"
    REMOTE_TO_ONSITE = "remote_to_onsite"
    CREDIT_D = "credit_d"
    ENTERPRISE_REQUEST = "enterprise_request"
    URGENT = "urgent"
