"""Who may: the permission codenames of this floor, which setup_roles gives to the groups, and one
check for pages, commands and tasks alike."""

from typing import Any

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _

from registry.rules.violations import NotAllowed, RuleViolation

VIEW_SOURCES = "registry.view_pollutionsource"
VIEW_INSPECTORS = "registry.view_inspector"
VIEW_ITEM_LISTS = "registry.view_inspectionitemlist"
MANAGE_REGISTERS = "registry.manage_registers"
IMPORT_REGISTERS = "registry.import_registers"
APPROVE_SPECIAL_FLAG = "registry.approve_special_flag"
MANAGE_SETTINGS = "registry.manage_settings"
MANAGE_CALENDAR = "registry.manage_calendar"
VIEW_TRAIL = "registry.view_trail"
VIEW_OVERSIGHT = "registry.view_oversight"
VIEW_RISK = "registry.view_riskassessment"
MANAGE_RISK = "registry.manage_risk"
CONFIRM_RISK = "registry.confirm_risk"
VIEW_SPECIAL_FLAGS = "registry.view_specialflag"
VIEW_POSITIVE_LIST = "registry.view_positivelistchange"
MANAGE_POSITIVE_LIST = "registry.manage_positive_list"


class SameIdentity(RuleViolation):
    """Two steps that must be done by two people were attempted by one."""

    code = "same_identity"
    basis = "职责分离"


def require(actor: Any, permission: str, *, field: str | None = None) -> None:
    """Raise NotAllowed unless ``actor`` is active and holds ``app.codename``; ``field`` of the form
    that asked for it, if any."""
    if actor is None or not actor.is_active or not actor.has_perm(permission):
        raise NotAllowed(
            _("账号“%(who)s”没有“%(perm)s”的权限，请由有权限的人员操作。")
            % {"who": actor.get_username() if actor else _("未登录"), "perm": _name_of(permission)},
            field=field,
        )


def _name_of(permission: str) -> str:
    """What people call it; its codename where the database has no such permission."""
    app, codename = permission.split(".")
    named = Permission.objects.filter(content_type__app_label=app, codename=codename)
    return named.values_list("name", flat=True).first() or permission


def require_other_person(actor: Any, other: Any, *, message: str) -> None:
    """Raise SameIdentity when ``actor`` already did the step before."""
    if other is not None and actor.pk == other.pk:
        raise SameIdentity(message)
