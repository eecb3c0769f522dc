from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from disclosure.services.sweep import publication_sweep
from registry.web.commands import HouseCommand


class Command(HouseCommand):
    help = "立即执行一次公示巡检（与定时任务相同）"

    def run(self, **options: Any) -> None:
        count = publication_sweep(now=timezone.now())
        self.say(_("本次公示 %(count)d 项") % {"count": count})
