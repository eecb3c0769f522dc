"""Who took which list out of the house, and when."""

from typing import Any

from registry.rules.quarter import Quarter
from registry.trail.services import record_event


def record_export(*, what: str, quarter: Quarter, actor: Any) -> None:
    record_event(action=f"{what}.exported", actor=actor, label=str(quarter))
