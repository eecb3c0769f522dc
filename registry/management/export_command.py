from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.importing.services.exporting import export_register
from registry.web.commands import HouseCommand


class ExportCommand(HouseCommand):
    register = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_("写入的 .xlsx 文件"))

    def run(self, **options: Any) -> None:
        path = Path(options["file"])
        if not path.resolve().parent.is_dir():
            raise CommandError(_("目录不存在：%(path)s") % {"path": path.parent})
        if path.is_dir():
            raise CommandError(_("%(path)s 是目录，请写明文件名，如 名录.xlsx。") % {"path": path})
        path.open("ab").close()  # refused here, before the rows are gathered
        count = export_register(register=self.register, target=path, today=timezone.localdate())
        self.say(_("已导出 %(count)d 行到 %(path)s") % {"count": count, "path": path})
