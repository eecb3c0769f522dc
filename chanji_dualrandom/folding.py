"""Templates with what never changes worked out once.

The site has one language, so a fixed text of ``{% translate %}`` is the same at every rendering,
as is the address of a static file; a page of results would look up two dozen of them each time.
"""

from typing import Any

from django.template import Context, Origin, Template
from django.template.base import Node, NodeList, TextNode, Variable
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode


class Folding(base.Loader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template: Template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(cached.Loader, Folding):
    """Django's cached loader; it takes from Folding what it keeps."""


def fold(nodes: NodeList) -> None:
    """Replace constant nodes by their text, here and in everything nested, and join neighbours."""
    folded: list[Node] = []
    for node in nodes:
        for inner in _nested(node):
            fold(inner)
        text = _constant(node)
        if text is None:
            folded.append(node)
        elif folded and isinstance(folded[-1], TextNode):
            folded[-1] = TextNode(folded[-1].s + text)
        else:
            folded.append(TextNode(text))
    nodes[:] = folded


def _nested(node: Node) -> list[NodeList]:
    lists = [getattr(node, name, None) for name in node.child_nodelists]
    lists += [of for _condition, of in getattr(node, "conditions_nodelists", ())]
    lists.append(getattr(node, "nodes", None))  # {% remember %}
    return [found for found in lists if isinstance(found, NodeList)]


def _constant(node: Node) -> str | None:
    if isinstance(node, TextNode):
        return node.s
    if isinstance(node, TranslateNode) and _is_fixed(node):
        return node.render(Context())
    if isinstance(node, StaticNode) and node.varname is None and _is_literal(node.path):
        return node.render(Context())
    return None


def _is_fixed(node: TranslateNode) -> bool:
    return (
        node.asvar is None and node.message_context is None and _is_literal(node.filter_expression)
    )


def _is_literal(expression: Any) -> bool:
    variable = expression.var
    return not expression.filters and (
        not isinstance(variable, Variable) or variable.literal is not None
    )
