from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.rules.cells import CODE, OPAQUE


def code_is_writable(value: str) -> None:
    """Codes stand in pool files, record sections and addresses: no blanks, bars or slashes."""
    if not CODE.fullmatch(value):
        raise ValidationError(_("编号只能用字母、数字和“-”"))
    if OPAQUE.fullmatch(value):
        raise ValidationError(_("编号与涉密代号同形，请换用其他编号"))
