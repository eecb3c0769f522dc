from typing import Any

from django.utils.translation import gettext as _

from registry.clocks.services.calendar import load_calendar
from registry.web.commands import HouseCommand


class Command(HouseCommand):
    help = "载入 2024–2026 年放假安排（可重复运行）"

    def run(self, **options: Any) -> None:
        self.say(_("载入放假通知 %(count)d 份") % {"count": load_calendar()})
