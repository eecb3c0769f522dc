"""Reads shaped for a rule or a page."""

from typing import Any

from registry.models import BureauSetting
from registry.rules.bureau_settings import SPECS


def bureau_setting(key: str) -> Any:
    """The bureau's value, or the default of registry/rules/bureau_settings.py."""
    spec = SPECS[key]
    row = BureauSetting.objects.filter(key=key).values_list("value", flat=True).first()
    return spec.default if row is None else row


def bureau_settings() -> dict[str, Any]:
    """All settings in one query."""
    values = {key: spec.default for key, spec in SPECS.items()}
    values.update(BureauSetting.objects.filter(key__in=SPECS).values_list("key", "value"))
    return values
