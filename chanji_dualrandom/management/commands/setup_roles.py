from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from chanji_dualrandom.roles import PERMISSIONS
from registry.web.commands import HouseCommand


class Command(HouseCommand):
    help = "建立各岗位组并授予权限（可重复运行）"

    @transaction.atomic
    def run(self, **options: Any) -> None:
        known = {
            f"{p.content_type.app_label}.{p.codename}": p
            for p in Permission.objects.select_related("content_type")
        }
        for role, names in PERMISSIONS.items():
            missing = names - known.keys()
            if missing:
                raise CommandError(
                    _("权限不存在：%(names)s，请先运行 migrate。")
                    % {"names": "、".join(sorted(missing))}
                )
            group, _created = Group.objects.get_or_create(name=str(role.label))
            group.permissions.set([known[name] for name in names])
        self.say(
            _("岗位组已就绪：%(names)s") % {"names": "、".join(str(r.label) for r in PERMISSIONS)}
        )
