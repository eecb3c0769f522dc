"""Published copies, the desk behind them, and what keeps the public site exact."""

from .currency import PublicationPulse, PublicTally
from .desk import ComplaintQuota, ComplaintReceipt, PublicationLink, Withholding
from .notices import PublicNotice
from .penalties import PenaltyLink, PublicPenalty
from .published import (
    GuideMaterial,
    GuidePage,
    PublicExternalDraw,
    PublicFairness,
    PublicItem,
    PublicPlan,
    PublicPositiveListChange,
    PublicProblem,
    PublicProgress,
    PublicProof,
    PublicResult,
)
from .reports import PublicStatutoryReport

__all__ = [
    "ComplaintQuota",
    "ComplaintReceipt",
    "GuideMaterial",
    "GuidePage",
    "PenaltyLink",
    "PublicExternalDraw",
    "PublicFairness",
    "PublicItem",
    "PublicNotice",
    "PublicPenalty",
    "PublicPlan",
    "PublicPositiveListChange",
    "PublicProblem",
    "PublicProgress",
    "PublicProof",
    "PublicResult",
    "PublicStatutoryReport",
    "PublicTally",
    "PublicationLink",
    "PublicationPulse",
    "Withholding",
]
