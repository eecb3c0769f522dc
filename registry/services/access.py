"""Who may: one check for pages, commands and tasks alike."""

from typing import Any

from django.utils.translation import gettext as _

from registry.rules.violations import NotAllowed, RuleViolation


class SameIdentity(RuleViolation):
    """Two steps that must be done by two people were attempted by one."""

    code = "same_identity"
    basis = "职责分离"


def require(actor: Any, permission: str) -> None:
    """Raise NotAllowed unless ``actor`` is active and holds ``app.codename``."""
    if actor is None or not actor.is_active or not actor.has_perm(permission):
        raise NotAllowed(
            _("账号“%(who)s”没有此项权限（%(perm)s），请由有权限的人员操作。")
            % {"who": actor.get_username() if actor else _("未登录"), "perm": permission}
        )


def require_other_person(actor: Any, other: Any, *, message: str) -> None:
    """Raise SameIdentity when ``actor`` already did the step before."""
    if other is not None and actor.pk == other.pk:
        raise SameIdentity(message)
