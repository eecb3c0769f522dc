"""For the admin's front page: the desk's numbers, and its lists grouped by what people do."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils import timezone

from chanji_dualrandom.numbers import Number, numbers_for

register = template.Library()
OTHER = "其他"
# title, models by their place in the group; what is not named here stands under 其他.
GROUPS = (
    ("名录", ("pollutionsource", "inspector", "specialflag", "capexemption", "conflictofinterest")),
    (
        "清单与依据",
        ("inspectionitemlist", "inspectionitem", "mustcheckset", "mustcheck", "legalbasis",
         "partnerdepartment"),
    ),
    ("日历", ("holidaynotice",)),
    ("台账与留痕", ("checkledgerentry", "importedfile", "auditevent")),
    ("宣传", ("guidepage", "guidematerial")),
    ("账号", ("user", "group")),
)  # fmt: skip
# Lists that people work with stand outside the admin.
WORKING_LISTS = {
    "pollutionsource": "registry:sources",
    "inspector": "registry:inspectors",
    "specialflag": "registry:special_flags",
}


@register.simple_tag
def desk_numbers(user: Any) -> list[tuple[str, list[Number]]]:
    return numbers_for(user, timezone.localdate())


@register.simple_tag
def grouped_models(app_list: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Any]]]:
    """The admin's models under the headings people look for, each with its working list."""
    left = {
        model["object_name"].lower(): {**model, "list": ""}
        for app in app_list
        for model in app["models"]
    }
    found: list[tuple[str, list[Any]]] = []
    for title, names in GROUPS:
        models = [left.pop(name) for name in names if name in left]
        for model in models:
            model["list"] = WORKING_LISTS.get(model["object_name"].lower(), "")
        if models:
            found.append((title, models))
    if left:
        found.append((OTHER, list(left.values())))
    return found
