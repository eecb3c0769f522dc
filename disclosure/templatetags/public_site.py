"""Tags of the public pages."""

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disclosure.public.current import remembered

register = template.Library()


class RememberNode(template.Node):
    def __init__(self, nodes: template.NodeList, name: str, on: list[Any]) -> None:
        self.nodes, self.name, self.on = nodes, name, on

    def render(self, context: template.Context) -> str:
        request = context.get("request")
        if request is None:
            return self.nodes.render(context)
        key = "\0".join([self.name, *(str(value.resolve(context)) for value in self.on)])
        text: str = remembered(request, key, lambda: str(self.nodes.render(context)))
        return mark_safe(text)  # noqa: S308  (rendered and escaped by the nodes themselves)


@register.tag
def remember(parser: template.base.Parser, token: template.base.Token) -> RememberNode:
    """``{% remember "name" variable … %}…{% endremember %}``: rendered once for each state of the
    published tables and each value of the variables. Nothing else may be used inside."""
    _tag, name, *variables = token.split_contents()
    nodes = parser.parse(("endremember",))
    parser.delete_first_token()
    on = [parser.compile_filter(variable) for variable in variables]
    return RememberNode(nodes, name.strip("\"'"), on)


SECTIONS = (
    ("results", "public:results", gettext_lazy("抽查结果")),
    ("plans", "public:plans", gettext_lazy("抽查计划")),
    ("problems", "public:problems", gettext_lazy("问题处理")),
    ("statistics", "public:statistics", gettext_lazy("统计")),
    ("verify", "public:verify", gettext_lazy("复核抽取")),
    ("complaints", "complaints:form", gettext_lazy("我要举报")),
)


@register.simple_tag
def sections(here: str) -> list[tuple[str, Any, bool]]:
    """The main navigation: address, name, and whether this page belongs to it."""
    return [(reverse(page), name, key == here) for key, page, name in SECTIONS]


@register.inclusion_tag("public/_files.html")
def files(table: str) -> dict[str, str]:
    """Where the data of this page can be had as files."""
    return {"table": table}


# A template that looks up and escapes 13 values for each of 20 rows takes longer than the query
# and all the rest of the page; so the row of a list is the one piece of HTML written here.
CARD = (
    '<article class="result"><h3><a href="%(url)s">%(name)s</a></h3>'
    '<p><span class="%(tag)s">%(outcome)s</span> %(note)s</p>'
    '<p class="result__foot"><span class="muted">%(category)s　'
    '<span class="nowrap">{checked} %(checked)s</span>　'
    '<span class="nowrap">{published} %(published)s</span></span> '
    '<a href="%(history)s" aria-label="%(name)s {history}">{history}</a></p></article>\n'
)


@cache
def _card() -> tuple[str, str]:
    """The card with its fixed words, and the word for a withdrawn result: there is one language."""
    words = {"checked": _("抽查"), "published": _("公示"), "history": _("全部记录")}
    return CARD.format(**words), _("已撤回")


@register.simple_tag
def result_cards(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows of disclosure.public.result_views.cards, every value escaped."""
    card, withdrawn = _card()
    printed = []
    for row in rows:
        values = dict(zip(row, _escaped(row.values()), strict=True))
        if row["withdrawn"]:
            values["outcome"] = withdrawn
        printed.append(card % values)
    return mark_safe("".join(printed))  # noqa: S308  (every value is escaped above)


def _escaped(values: Iterable[str]) -> list[str]:
    """All of a row at once: ten calls would take as long as the query. No text has a NUL."""
    return escape("\0".join(values)).split("\0")
