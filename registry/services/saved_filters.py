"""Filters people keep under a name. They change no register, so they leave no trail."""

from typing import Any

from django.utils.translation import gettext as _

from registry.models import SavedFilter
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation

MOST_SAVED = 30


class TooManySavedFilters(RuleViolation):
    code = "too_many_saved_filters"


def save_filter(*, user: Any, list_name: str, name: str, query: str) -> SavedFilter:
    """The same name again replaces what was kept under it; its address stays the same."""
    name = checked_text(name, label=_("筛选名称"), field="name", limit=30)
    query = checked_text(query, label=_("筛选条件"), field="query", limit=1000, required=False)
    mine = SavedFilter.objects.filter(user=user, list=list_name)
    if mine.exclude(name=name).count() >= MOST_SAVED:
        raise TooManySavedFilters(
            _("最多保存%(most)d个筛选，请先删除不用的。") % {"most": MOST_SAVED}, field="name"
        )
    row, _made = SavedFilter.objects.update_or_create(
        user=user, list=list_name, name=name, defaults={"query": query}
    )
    return row


def delete_filter(*, user: Any, public_id: Any) -> None:
    SavedFilter.objects.filter(user=user, public_id=public_id).delete()
