"""What all commands share: refusals in Chinese with exit code 1, and --user."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from registry.rules.violations import RuleViolation


class HouseCommand(BaseCommand):
    """Subclasses write ``run``; a RuleViolation becomes one Chinese line on stderr."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(**options)
        except RuleViolation as refusal:
            basis = _("（依据：%(basis)s）") % {"basis": refusal.basis} if refusal.basis else ""
            raise CommandError(f"{refusal.message}{basis}") from refusal

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def say(self, text: str) -> None:
        self.stdout.write(text)


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


def existing_file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise CommandError(_("找不到文件“%(text)s”，请核对路径。") % {"text": text})
    return path
