from .draws import Draw, DrawChange, DrawVoid, Wave, Witness
from .plans import PlanItem, PlanQuota, SamplingPlan

__all__ = [
    "Draw",
    "DrawChange",
    "DrawVoid",
    "PlanItem",
    "PlanQuota",
    "SamplingPlan",
    "Wave",
    "Witness",
]
