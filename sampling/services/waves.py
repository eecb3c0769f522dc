"""Which units a wave holds: recomputed from pool, sealed nonce and entropy at its dispatch."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sampling.models import Draw, Wave
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
    result = recompute(wave.draw).result
    names = split_into_waves(list(result.teams), wave.draw.plan.waves)[wave.number - 1]
    rows = sources_by_pool_id(names)
    if len(rows) < len(names):
        raise DrawDoesNotHold(_("抽取池中的单位在名录库里找不到，请保留现场并联系系统管理员。"))
    category = {name: kind for kind, ids in result.selected.items() for name in ids}
    return [
        WaveUnit(rows[name].pk, name, category[name], tuple(result.teams[name])) for name in names
    ]


def dispatched_pool_ids(draw: Draw) -> list[str]:
    """The units of the waves that are out; of the others nothing is opened."""
    out = set(draw.waves.filter(dispatched_at__isnull=False).values_list("number", flat=True))
    if not out:
        return []
    waves = split_into_waves(list(recompute(draw).result.teams), draw.plan.waves)
    return [name for number, names in enumerate(waves, 1) if number in out for name in names]
