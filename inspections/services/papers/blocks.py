"""The parts a document is made of; ``assets/documents/paper.typ`` and ``registry/papers/docx.py``
draw the same ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

YES, NO = "是", "否"
Block = dict[str, Any]


def yes_no(value: Any) -> dict[str, Any]:
    return options([(YES, "yes"), (NO, "no")], "yes" if value else "no")


def options(choices: Iterable[tuple[str, Any]], chosen: Any) -> dict[str, Any]:
    """Every answer with its box, one of them ticked; ``choices``: (label, value)."""
    return {"options": [[str(label), value == chosen] for label, value in choices]}


def moment_text(text: Any) -> str:
    """``2027年2月3日 10:41`` of an ISO moment, local; whatever else it is, as it is."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text or "")
    if timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return f"{day_text(moment.date())} {moment:%H:%M}"


def day_text(day: date | str | None) -> str:
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return str(day)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def facts(title: str, rows: Sequence[Sequence[Any]]) -> Block:
    """Pairs of label and value, two in a line; a third item says that a pair takes the line."""
    return {"kind": "facts", "title": title, "rows": [list(row) for row in rows]}


def table(
    title: str, header: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]
) -> Block:
    return {
        "kind": "rows",
        "title": title,
        "header": list(header),
        "widths": list(widths),
        "rows": [[str(cell) for cell in row] for row in rows],
    }


def body(title: str, text: str) -> Block:
    """A box of running text; an empty one is still drawn."""
    return {"kind": "body", "title": title, "lines": text.splitlines() or ["　"]}


def prose(lines: Sequence[str]) -> Block:
    return {"kind": "prose", "title": "", "lines": list(lines)}


def address(text: str) -> Block:
    return {"kind": "address", "title": "", "text": text}


def closing(bureau: str, day: date) -> Block:
    return {"kind": "closing", "title": "", "bureau": bureau, "day": day_text(day)}


def signatures(title: str, rows: Sequence[Mapping[str, Any]]) -> Block:
    """``rows``: label, name, at, strokes."""
    return {"kind": "signatures", "title": title, "rows": [dict(row) for row in rows]}


def empty_lines(*labels: str) -> list[dict[str, Any]]:
    """Places to sign by hand."""
    return [{"label": label, "name": "", "at": "", "strokes": []} for label in labels]
