from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from disclosure.models import PublicResult
from disclosure.services.integrity import disclosure_faults
from inspections.models import Evidence, RecordVersion
from inspections.services.integrity import inspection_faults
from registry.web.commands import HouseCommand
from sampling.models import Draw
from sampling.services.integrity import sampling_faults


class Command(HouseCommand):
    help = "重算库内全部抽取，核对任务、记录、证据与公示；有不成立的逐项列出，退出码为 1"

    def run(self, **options: Any) -> None:
        found = 0
        for faults in (sampling_faults, inspection_faults, disclosure_faults):
            for fault in faults():
                found += 1
                self.say(f"✗ {fault.subject} {fault.part}：{fault.message}")
        self.say(
            _(
                "核对了 %(draws)d 次抽取、%(records)d 份记录、%(evidence)d 份证据、%(results)d 条公示。"
            )
            % {
                "draws": Draw.objects.count(),
                "records": RecordVersion.objects.count(),
                "evidence": Evidence.objects.count(),
                "results": PublicResult.objects.count(),
            }
        )
        if found:
            raise CommandError(
                _("有 %(count)d 处不成立，请保留现场并立即报告局领导。") % {"count": found}
            )
        self.say(_("全部成立。"))
