from typing import Any

from django.core.management.base import CommandParser

from registry.management.import_command import SourcesCommand


class Command(SourcesCommand):
    help = "导入年度环境监管重点单位名录：列入的单位成为重点，并列出不再列入的单位"
    register = "key_list"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--retire", action="store_true", help="名录外的重点单位改为一般")

    def options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**super().options(options), "retire": options["retire"]}
