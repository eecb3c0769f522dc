"""Which units a wave holds: recomputed from pool, sealed nonce and entropy at its dispatch."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sampling.models import Wave
from sampling.rules.waves import split_into_waves
from sampling.services.draws import DrawDoesNotHold, recompute
from sampling.services.pools import sources_by_pool_id


@dataclass(frozen=True)
class WaveUnit:
    """``source_id``: primary key of the register row; ``team``: inspector codes, leader first."""

    source_id: int
    pool_id: str
    category: str
    team: tuple[str, ...]


def wave_units(wave: Wave) -> list[WaveUnit]:
    """The wave's units in ticket order. Calling it is opening part of the sealed list."""
    result = recompute(wave.draw)
    names = split_into_waves(list(result.teams), wave.draw.plan.waves)[wave.number - 1]
    rows = sources_by_pool_id(names)
    if len(rows) < len(names):
        raise DrawDoesNotHold(_("抽取池中的单位在名录库里找不到，请保留现场并联系系统管理员。"))
    category = {name: kind for kind, ids in result.selected.items() for name in ids}
    return [
        WaveUnit(rows[name].pk, name, category[name], tuple(result.teams[name])) for name in names
    ]
