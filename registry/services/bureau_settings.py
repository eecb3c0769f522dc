"""本局设定: change a value within its legal floor, with a trace."""

from typing import Any

from django.db import transaction

from registry.models import BureauSetting
from registry.permissions import MANAGE_SETTINGS, require
from registry.rules.bureau_settings import check_value
from registry.selectors import bureau_setting
from registry.trail.services import record_event


@transaction.atomic
def change_setting(*, key: str, value: Any, actor: Any, reason: str = "") -> BureauSetting:
    """Store ``value`` for ``key``; refused below a legal floor, naming the rule."""
    require(actor, MANAGE_SETTINGS)
    check_value(key, value)
    old = bureau_setting(key)
    row, _created = BureauSetting.objects.update_or_create(
        key=key, defaults={"value": value, "updated_by": actor}
    )
    if old != value:
        record_event(
            action="setting.changed",
            actor=actor,
            obj=row,
            changes={key: [old, value]},
            reason=reason,
        )
    return row
