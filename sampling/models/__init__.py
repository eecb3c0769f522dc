from .draws import Draw, DrawChange, DrawVoid, Wave, Witness
from .external import ExternalDraw
from .plans import PlanItem, PlanQuota, SamplingPlan

__all__ = [
    "Draw",
    "DrawChange",
    "DrawVoid",
    "ExternalDraw",
    "PlanItem",
    "PlanQuota",
    "SamplingPlan",
    "Wave",
    "Witness",
]
