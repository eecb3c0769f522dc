"""The little markup in which staff write for citizens, and what becomes of it.

Everything is escaped first; only these signs mean something, so no text can carry a script, a
style or an address of another kind::

    ## 小标题
    - 列表
    **着重**   [文字](https://…)   [文字](/results/)
"""

import re
from html import escape

LINK = re.compile(r"\[([^\[\]]{1,80})\]\(((?:https?://|/)[^\s()<>\"'&]*(?:&amp;[^\s()<>\"'&]*)*)\)")
STRONG = re.compile(r"\*\*([^*\n]{1,200})\*\*")


def _inline(text: str) -> str:
    text = escape(text, quote=True)
    text = STRONG.sub(r"<strong>\1</strong>", text)
    return LINK.sub(_link, text)


def _link(found: re.Match[str]) -> str:
    text, address = found.groups()
    if address.startswith("//"):
        return found[0]
    away = ' rel="noopener noreferrer"' if address.startswith("http") else ""
    return f'<a href="{address}"{away}>{text}</a>'


def render_guide(body: str) -> str:
    """HTML of headings (h2), lists and paragraphs; nothing else can come out."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip()):
        parts += _block(block)
    return "\n".join(parts)


def _block(block: str) -> list[str]:
    parts: list[str] = []
    items: list[str] = []
    lines: list[str] = []

    def flush() -> None:
        if items:
            parts.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
            items.clear()
        if lines:
            parts.append("<p>" + "<br>".join(lines) + "</p>")
            lines.clear()

    for line in (line.strip() for line in block.split("\n")):
        if line.startswith("## "):
            flush()
            parts.append(f"<h2>{_inline(line[3:])}</h2>")
        elif line.startswith("- "):
            if lines:
                flush()
            items.append(_inline(line[2:]))
        elif line:
            if items:
                flush()
            lines.append(_inline(line))
    flush()
    return parts
