"""Published copies, the desk behind them, and what keeps the public site exact."""

from .currency import PublicationPulse, PublicTally
from .desk import PublicationLink, Withholding
from .notices import PublicNotice
from .published import (
    PublicExternalDraw,
    PublicItem,
    PublicPlan,
    PublicPositiveListChange,
    PublicProgress,
    PublicProof,
    PublicResult,
)

__all__ = [
    "PublicExternalDraw",
    "PublicItem",
    "PublicNotice",
    "PublicPlan",
    "PublicPositiveListChange",
    "PublicProgress",
    "PublicProof",
    "PublicResult",
    "PublicTally",
    "PublicationLink",
    "PublicationPulse",
    "Withholding",
]
