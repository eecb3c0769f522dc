"""What a change of a unit's status or type must satisfy (实施方案 二（二）动态管理; domain rules §1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from registry.rules.violations import RuleViolation

DISCHARGER, CONSTRUCTION = "discharger", "construction"
KEY, GENERAL = "key", "general"
# What makes up a unit's type, in the order in which it is stored and told.
TYPE_FIELDS = ("kind", "regulatory_type", "key_classes", "key_list_year")


class ChangeRefused(RuleViolation):
    code = "source_change_refused"
    basis = "实施方案 二（二）动态管理"


@dataclass(frozen=True)
class Standing:
    """What a unit is, as far as the draw asks: stored values of the code lists.

    ``list_year`` is the year of the prefecture's key list it stands on; None for a general unit.
    """

    kind: str
    regulatory_type: str
    key_classes: tuple[str, ...] = ()
    list_year: int | None = None


def check_day(on: date, *, today: date, not_before: date | None = None) -> None:
    """A change happened today or earlier, and not before the one it follows."""
    if on > today:
        raise ChangeRefused("日期不能晚于今天，将来的变动请到当天再办理。", field="on")
    if on < date(1990, 1, 1):
        raise ChangeRefused("日期过早，请核对年份。", field="on")
    if not_before is not None and on < not_before:
        raise ChangeRefused(f"日期不能早于上一次状态变更的日期 {not_before}。", field="on")


def check_status(old: str, new: str, known: Collection[str]) -> None:
    if new not in known:
        raise ChangeRefused("请选择新的状态。", field="new_status")
    if old == new:
        raise ChangeRefused("状态没有变化，请选择另一个状态。", field="new_status")


def settled(new: Standing, *, known_classes: Collection[str]) -> Standing:
    """The standing as it is stored: classes in the order of the list, none for a general unit.

    重点 comes from the prefecture's yearly list: it names its year and at least one class
    (生态环境部令第27号).
    """
    if new.regulatory_type == GENERAL:
        return Standing(new.kind, GENERAL)
    unknown = set(new.key_classes) - set(known_classes)
    if not new.key_classes or unknown:
        raise ChangeRefused("列为重点的单位请至少勾选一个重点类别。", field="key_classes")
    if new.list_year is None or not 2000 <= new.list_year <= 2100:
        raise ChangeRefused("列为重点的单位请填写名录年度（四位年份）。", field="list_year")
    return Standing(
        new.kind,
        KEY,
        tuple(name for name in known_classes if name in new.key_classes),
        new.list_year,
    )


def check_standing(old: Standing, new: Standing) -> None:
    """A project becomes a discharger, never the reverse; and something must change."""
    if old.kind == DISCHARGER and new.kind == CONSTRUCTION:
        raise ChangeRefused("已投运的排污单位不能改回建设项目；新的项目请另行建档。", field="kind")
    if old == new:
        raise ChangeRefused("监管类型、重点类别和名录年度都没有变化。", field="regulatory_type")
