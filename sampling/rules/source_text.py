"""A source of entropy in one line, as commands take it: ssq:2026150@2026-12-29T21:15:00+08:00."""

from collections.abc import Mapping

from registry.rules.violations import RuleViolation

from .protocol import EntropyKind, official_name

FORM = "种类:期号@时刻，例如 ssq:2026150@2026-12-29T21:15:00+08:00"


class SourceNotReadable(RuleViolation):
    code = "source_not_readable"
    basis = "chanji-draw/2 §2"


def read_source(text: str) -> dict[str, str]:
    """Kind, id and at; whether there is such an issue at that moment, the protocol judges."""
    kind, colon, rest = text.strip().partition(":")
    identity, sign, at = rest.rpartition("@")
    if kind not in set(EntropyKind) or not (colon and identity and sign and at):
        kinds = "、".join(EntropyKind)
        raise SourceNotReadable(
            f"公开随机源“{text}”不完整，应写成{FORM}；种类为 {kinds}。", field="entropy"
        )
    return {"kind": kind, "id": identity, "at": at}


def write_source(source: Mapping[str, str]) -> str:
    return f"{source['kind']}:{source['id']}@{source['at']}"


def label_of(source: Mapping[str, str]) -> str:
    """How people choose it: 中国福利彩票双色球第2026150期（2026-12-29 21:15 揭晓）."""
    day, _, clock = source["at"].partition("T")
    return f"{official_name(source['kind'], source['id'])}（{day} {clock[:5]} 揭晓）"
