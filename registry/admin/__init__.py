from . import calendar, checklists, inspectors, sources, trail

__all__ = ["calendar", "checklists", "inspectors", "sources", "trail"]
