"""What all commands share: refusals in Chinese with exit code 1, and --user."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from registry.rules.violations import RuleViolation

# What argparse says, and how it is said here.
PHRASES = (
    (r"the following arguments are required: (.*)", "缺少参数：{}"),
    (r"argument ([^:]+): invalid (?:int|float) value: (.*)", "参数 {} 应为数字，而不是 {}"),
    (r"argument ([^:]+): expected (?:one|at least one) argument", "参数 {} 后面缺少取值"),
    (r"argument ([^:]+): invalid choice: (.*) \(choose from (.*)\)", "参数 {} 不能为 {}，可选：{}"),
    (r"argument ([^:]+): not allowed with argument (.*)", "参数 {} 与 {} 不能同时使用"),
    (r"unrecognized arguments: (.*)", "不认识的参数：{}"),
)


def in_chinese(message: str) -> str:
    """argparse's complaint in Chinese; an unknown one as it is, behind a Chinese word."""
    for pattern, text in PHRASES:
        if match := re.fullmatch(pattern, message):
            return text.format(*match.groups())
    return f"参数有误：{message}"


class Steps:
    """The counted steps of something that takes long, told as each begins: ``step("…")``.

    Whoever waits should see one every few seconds; what takes longer is told in smaller steps.
    """

    def __init__(self, total: int, say: Callable[[str], None]) -> None:
        self.total, self.say, self.number = total, say, 0

    def __call__(self, text: str) -> None:
        self.number += 1
        self.say(f"{self.number:>4}/{self.total} {text}")


class HouseCommand(BaseCommand):
    """Subclasses write ``run``; a RuleViolation becomes one Chinese line on stderr."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if parser.called_from_command_line:

            def error(message: str) -> NoReturn:
                example = _("用法见 %(name)s --help") % {"name": subcommand}
                parser.exit(2, f"{in_chinese(message)}。{example}\n")

            setattr(parser, "error", error)  # noqa: B010  (Django gives no hook for its parser)
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(**options)
        except OSError as error:
            place = f"“{str(error.filename)[:200]}”" if error.filename else _("文件")
            raise CommandError(
                _("无法读写%(place)s（%(why)s），请核对路径和权限。")
                % {"place": place, "why": error.strerror}
            ) from error
        except DataError as error:
            raise CommandError(_("有内容过长或超出范围，数据库拒绝写入，请缩短后重试。")) from error
        except RuleViolation as refusal:
            basis = _("（依据：%(basis)s）") % {"basis": refusal.basis} if refusal.basis else ""
            raise CommandError(f"{refusal.message}{basis}") from refusal

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def steps(self, total: int) -> "Steps":
        return Steps(total, self.say)


def add_user(parser: CommandParser, *, required: bool = True) -> None:
    parser.add_argument("--user", required=required, help=_("操作人的登录名"))


def user_named(name: str) -> Any:
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(_("没有名为“%(name)s”的有效账号，请核对 --user。") % {"name": name})
    return user


def moment(text: str) -> datetime:
    """An ISO moment; without an offset it is Beijing time."""
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if value is None:
        raise CommandError(
            _("“%(text)s”不是时刻，请写成 2026-12-28T21:15+08:00 的形式。") % {"text": text}
        )
    return value if timezone.is_aware(value) else timezone.make_aware(value)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%s”不是日期，请写成 2026-12-31 的形式。") % text) from None


def existing_file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise CommandError(_("找不到文件“%(text)s”，请核对路径。") % {"text": text})
    return path
