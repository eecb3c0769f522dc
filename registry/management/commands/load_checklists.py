from typing import Any

from django.utils.translation import gettext as _

from registry.item_lists.services.checklists import load_checklists
from registry.web.commands import HouseCommand


class Command(HouseCommand):
    help = "载入默认抽查事项清单与十必查清单（可重复运行）"

    def run(self, **options: Any) -> None:
        self.say(_("载入清单 %(count)d 份") % {"count": load_checklists()})
