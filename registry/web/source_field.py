"""A unit of the register, typed by its code, its USCC or its whole name."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models import PollutionSource

MOST_NAMED = 5


class SourceField(forms.CharField):
    """Gives a PollutionSource, or None where it may be blank and is."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("单位"))
        kwargs.setdefault("help_text", _("本局编号、统一社会信用代码或单位全称"))
        super().__init__(max_length=320, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = PollutionSource.objects.filter(code=text).first()
        if found is not None:
            return found
        rows = list(
            PollutionSource.objects.filter(Q(uscc=text.upper()) | Q(name=text)).order_by("code")[
                : MOST_NAMED + 1
            ]
        )
        if len(rows) == 1:
            return rows[0]
        if not rows:
            raise forms.ValidationError(
                _("名录中没有“%(text)s”，请核对编号、信用代码或单位全称。") % {"text": text[:60]}
            )
        names = "、".join(str(row) for row in rows[:MOST_NAMED])
        raise forms.ValidationError(
            _("有多个单位符合，请改填本局编号：%(names)s") % {"names": names}
        )
