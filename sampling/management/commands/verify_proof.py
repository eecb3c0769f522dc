from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from registry.web.commands import HouseCommand, existing_file
from sampling.rules.protocol import ProtocolError, load_json, told, verify_bundle


class Command(HouseCommand):
    help = "核对复核材料（不需要数据库）；不符时退出码为 1 并指出不符的部分"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_("复核材料 JSON 文件"))
        parser.add_argument("--announcement", help=_("您在抽取前自己留存的公告 JSON 文件"))

    def run(self, **options: Any) -> None:
        try:
            bundle = load_json("bundle", existing_file(options["file"]))
            kept = None
            if options["announcement"]:
                kept = load_json("kept", existing_file(options["announcement"]))
            verdict = verify_bundle(bundle, kept)
        except ProtocolError as error:
            raise CommandError(
                _("核对不通过，不符的部分是 %(part)s：%(message)s")
                % {"part": error.part, "message": error.message}
            ) from error
        for line in told(verdict):
            self.say(line)
