"""Which units the draw takes as 重点排污单位, by their classes (生态环境部令第27号)."""

from collections.abc import Iterable

# 重点类别 of the yearly lists that make a unit key whatever the bureau chooses. 土壤污染重点监管单位
# and 环境风险重点管控单位 do so where it reads them so.
ALWAYS_KEY = frozenset({"water", "groundwater", "air", "noise"})


def draws_as_key(classes: Iterable[str], *, strict: bool) -> bool:
    """Of a unit that is on the list: a key unit without named classes is key; one of soil or risk
    classes alone is only where the bureau reads them so (`strict`, the default)."""
    named = set(classes)
    return strict or not named or bool(named & ALWAYS_KEY)
