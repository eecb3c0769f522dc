from .draws import Draw, DrawChange, Wave, Witness
from .plans import PlanItem, PlanQuota, SamplingPlan

__all__ = ["Draw", "DrawChange", "PlanItem", "PlanQuota", "SamplingPlan", "Wave", "Witness"]
