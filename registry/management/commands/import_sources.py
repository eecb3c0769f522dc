from typing import Any

from django.core.management.base import CommandParser

from registry.management.import_command import SourcesCommand


class Command(SourcesCommand):
    help = "导入污染源名录（.xlsx、.xls、.csv）：全部行或一行也不写入"
    register = "sources"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--type", choices=["key", "general"], default="", help="文件未写监管类型时新单位的类型"
        )

    def options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**super().options(options), "type": options["type"]}
