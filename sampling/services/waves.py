"""Which units a wave holds: recomputed from pool, sealed nonce and entropy at its dispatch."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sampling.models import Wave
from sampling.rules import protocol_v1 as protocol
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
    order = list(result.teams)
    names = split_into_waves(order, wave.draw.plan.waves)[wave.number - 1]
    return [unit_of(result, name) for name in names]


def unit_of(result: protocol.DrawResult, name: str, team: list[str] | None = None) -> WaveUnit:
    """The register row, category and team behind one pool id."""
    row = sources_by_pool_id([name]).get(name)
    if row is None:
        raise DrawDoesNotHold(_("抽取池中的单位在名录库里找不到，请保留现场并联系系统管理员。"))
    chosen = {**result.selected}
    category = next(
        (category for category, ids in (*chosen.items(), *result.reserves.items()) if name in ids),
        "",
    )
    return WaveUnit(row.pk, name, category, tuple(team or result.teams[name]))
