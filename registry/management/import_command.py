"""The import commands differ only in the register."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.importing.services.importing import import_file
from registry.importing.services.jobs import ImportRefused, ImportResult
from registry.importing.services.set_aside import write_set_aside
from registry.web.commands import HouseCommand, add_user, existing_file, user_named


class ImportCommand(HouseCommand):
    register = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_(".xlsx、.xls 或 .csv 文件"))
        parser.add_argument("--dry-run", action="store_true", help=_("只核对，不写入"))
        parser.add_argument(
            "--set-aside",
            metavar="FILE",
            help=_("导入其余各行，把被拒绝的行连同原因写入此 .xlsx，修改后可再次导入"),
        )
        add_user(parser, required=False)

    def options(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the preview in the browser would ask."""
        return {"good_only": bool(options["set_aside"])}

    def run(self, **options: Any) -> None:
        path = existing_file(options["file"])
        try:
            result = import_file(
                register=self.register,
                path=path,
                filename=path.name,
                today=timezone.localdate(),
                actor=user_named(options["user"]) if options["user"] else None,
                dry_run=options["dry_run"],
                options=self.options(options),
            )
            refused = False
        except ImportRefused as refusal:
            result, refused = refusal.result, True
        self._report(result)
        if refused or (options["dry_run"] and result.errors):
            raise CommandError(
                _("未导入任何一行，请按上面的提示修改后重试，或用 --set-aside 先导入其余各行。")
            )
        if options["set_aside"] and result.job and not options["dry_run"]:
            count = write_set_aside(job=result.job, target=Path(options["set_aside"]))
            self.say(
                _("被拒绝的 %(n)d 行已写入 %(file)s") % {"n": count, "file": options["set_aside"]}
            )

    def _report(self, result: ImportResult) -> None:
        if result.ignored_columns:
            self.say(
                _("未识别的列（已忽略）：%(names)s") % {"names": "、".join(result.ignored_columns)}
            )
        for note in result.notes:
            self.say(note)
        for error in result.errors:
            self.stderr.write(str(error))
        self.say(result.summary())


class SourcesCommand(ImportCommand):
    """Units may lack what only the preview's hints supply."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--no-code",
            action="store_true",
            help=_("没有代码的新单位先以名称入册，无代码原因记为“名录未载，待补”"),
        )

    def options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**super().options(options), "no_code": options["no_code"]}
