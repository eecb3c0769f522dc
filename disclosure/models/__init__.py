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
from .reports import PublicStatutoryReport

__all__ = [
    "PublicExternalDraw",
    "PublicItem",
    "PublicNotice",
    "PublicPlan",
    "PublicPositiveListChange",
    "PublicProgress",
    "PublicProof",
    "PublicResult",
    "PublicStatutoryReport",
    "PublicTally",
    "PublicationLink",
    "PublicationPulse",
    "Withholding",
]
