"""Templates are worked out ahead of time as far as nothing can change."""

from django.template import Context, Engine
from django.template.base import TextNode
from django.template.loader_tags import BlockNode
from django.templatetags.i18n import TranslateNode

SOURCE = {
    "frame.html": "{% load i18n static %}<a>{% translate '首页' %}</a>"
    "{% block content %}{% endblock %}<i>{% static 'css/tokens.css' %}</i>",
    "page.html": "{% extends 'frame.html' %}{% load i18n %}{% block content %}"
    "{% if yes %}{% translate '是 & 100%%' %}{% else %}{% translate '否' %}{% endif %}"
    "{% for x in rows %}{% translate '行' %} {{ x }}{% endfor %}{% translate word %}{% endblock %}",
}
VALUES = {"yes": True, "rows": ["<1>", 2], "word": "变"}
LIBRARIES = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}


def engine(loader: str) -> Engine:
    sources = ["django.template.loaders.locmem.Loader", SOURCE]
    return Engine(loaders=[(loader, [sources])], libraries=LIBRARIES)


FOLDED = engine("chanji_dualrandom.folding.Loader")


def test_a_folded_template_prints_what_the_original_prints() -> None:
    original = engine("django.template.loaders.cached.Loader")

    for _ in range(2):
        assert FOLDED.get_template("page.html").render(Context(VALUES)) == original.get_template(
            "page.html"
        ).render(Context(VALUES))


def test_only_what_depends_on_something_is_left_to_do() -> None:
    frame = FOLDED.get_template("frame.html").nodelist
    page = FOLDED.get_template("page.html")

    kinds = [type(node) for node in frame if type(node).__name__ != "LoadNode"]
    assert kinds == [TextNode, BlockNode, TextNode]
    left = page.nodelist.get_nodes_by_type(TranslateNode)
    assert [str(node.filter_expression.var) for node in left] == ["word"]
