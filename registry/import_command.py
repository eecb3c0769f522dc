"""The two import commands differ only in the register."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.commands import HouseCommand, add_user, existing_file, user_named
from registry.services.importing import ImportRefused, import_file


class ImportCommand(HouseCommand):
    register = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_(".xlsx 文件"))
        parser.add_argument("--dry-run", action="store_true", help=_("只核对，不写入"))
        add_user(parser, required=False)

    def run(self, **options: Any) -> None:
        path = existing_file(options["file"])
        errors = []
        try:
            result = import_file(
                register=self.register,
                path=path,
                filename=path.name,
                today=timezone.localdate(),
                actor=user_named(options["user"]) if options["user"] else None,
                dry_run=options["dry_run"],
            )
            errors = result.errors
        except ImportRefused as refusal:
            errors = refusal.errors
            result = refusal.result
        if result.ignored_columns:
            self.say(
                _("未识别的列（已忽略）：%(names)s") % {"names": "、".join(result.ignored_columns)}
            )
        for error in errors:
            self.stderr.write(str(error))
        self.say(result.summary())
        if errors:
            raise CommandError(_("未导入任何一行，请按上面的提示修改后重试。"))
