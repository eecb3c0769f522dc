"""Who watches a draw, and what each of them read at the source (domain rules §4.3 抽取须有见证人;
chanji-draw/2 §2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.rules.person_names import folded_name
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation

from .protocol import LEAST_WITNESSES, ProtocolError, read_value

NAME_LENGTH = 100


class TooFewWitnesses(RuleViolation):
    code = "too_few_witnesses"
    basis = "domain §4.3 抽取须有见证人"


class ValueNotAgreed(RuleViolation):
    """What was typed means nothing, or not the same to all who typed it."""

    code = "value_not_agreed"
    basis = "chanji-draw/2 §2"


@dataclass(frozen=True)
class WitnessEntry:
    """`represents`: public for good; `value`: what the witness read at the source himself, the
    values of several sources parted by semicolons."""

    represents: str
    name: str
    value: str

    @property
    def blank(self) -> bool:
        return not (self.represents + self.name + self.value).strip()


def read_values(kinds: Sequence[str], typed: str, *, field: str) -> list[str]:
    """The canonical value of each announced source, in their order."""
    parts = typed.replace("；", ";").split(";")
    if len(parts) != len(kinds):
        raise ValueNotAgreed(
            f"公告了{len(kinds)}个随机源，请依次填写{len(kinds)}个取值，以分号分开。", field=field
        )
    try:
        return [read_value(kind, part) for kind, part in zip(kinds, parts, strict=True)]
    except ProtocolError as error:
        raise ValueNotAgreed(error.message, field=field) from error


def check_witnesses(
    entries: Sequence[WitnessEntry],
    *,
    makers: Mapping[str, str],
    kinds: Sequence[str],
    values: Sequence[str],
) -> list[WitnessEntry]:
    """Each person once, nobody who made the draw, all with the drawer's `values`.

    `makers`: what each of those did, by name. A refusal names the field of the witness it is
    about: ``witness_1`` is the first one's name.
    """
    roles = {folded_name(name): role for name, role in makers.items()}
    present: dict[str, WitnessEntry] = {}
    for number, entry in enumerate(entries, 1):
        if entry.blank:
            continue
        represents = checked_text(
            entry.represents, label="代表单位", field=f"represents_{number}", limit=NAME_LENGTH
        )
        name = checked_text(
            entry.name, label="见证人", field=f"witness_{number}", limit=NAME_LENGTH
        )
        if role := roles.get(folded_name(name)):
            raise TooFewWitnesses(f"{role}的人不能同时是见证人。", field=f"witness_{number}")
        if read_values(kinds, entry.value, field=f"value_{number}") != list(values):
            raise ValueNotAgreed(
                "见证人录入的取值与主持人的不同，请各自对照官方公布核对。",
                field=f"value_{number}",
            )
        present.setdefault(folded_name(name), WitnessEntry(represents, name, entry.value))
    if len(present) < LEAST_WITNESSES:
        raise TooFewWitnesses(
            "抽取须有至少两名不同的见证人在场，请填写两人的代表单位和姓名。",
            field=f"witness_{LEAST_WITNESSES}",
        )
    return list(present.values())
