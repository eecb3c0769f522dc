"""Four quarters over random registers: compose, freeze, draw, inspect everything, and count."""

from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.cap_exemptions import Exemption
from registry.rules.unit_words import RiskGrade, SourceKind
from sampling.rules.pool import (
    PoolComposition,
    PoolSettings,
    UnitFacts,
    compose_pool,
)
from sampling.rules.protocol import (
    ANY_SKILL,
    EVERY_SOURCE,
    DrawResult,
    Need,
    Pool,
    PoolInspector,
    Role,
    draw,
    parse_pool,
    pool_digest,
    render_pool,
    unstaffable,
)
from sampling.rules.quotas import GeneralReading, annual_general

INSPECTORS = tuple(PoolInspector(f"IN{n}", Role.OFFICER) for n in range(4))
TWO_OFFICERS = Need(EVERY_SOURCE, Role.OFFICER, ANY_SKILL, 2)

units = st.builds(
    UnitFacts,
    source_id=st.just(""),
    is_key=st.booleans(),
    is_special=st.integers(0, 3).map(lambda n: n == 0),
    risk=st.sampled_from([None, *RiskGrade]),
    positive_listed=st.booleans(),
    onsite_visits_this_year=st.integers(0, 3),
    exemptions=st.sampled_from([frozenset(), frozenset({Exemption.URGENT})]),
    kind=st.sampled_from([SourceKind.DISCHARGER] * 4 + [SourceKind.CONSTRUCTION]),
    in_register=st.integers(0, 5).map(bool),
)
registers = st.lists(units, max_size=60).map(
    lambda found: [replace(unit, source_id=f"PS{n:05d}") for n, unit in enumerate(found)]
)
bureau_settings = st.builds(
    PoolSettings,
    general_reading=st.sampled_from(GeneralReading),
    positive_list_outside=st.booleans(),
    yearly_cap=st.integers(0, 3),
)


@dataclass
class Year:
    register: list[UnitFacts]
    settings: PoolSettings
    officers: int
    drawn: Counter[str] = field(default_factory=Counter)

    def quarter(self, number: int, secret: str) -> tuple[PoolComposition, DrawResult]:
        pool = compose_pool(
            self.register,
            self.settings,
            quarter_number=number,
            officers=self.officers,
            drawn_general_this_year=self.drawn["general"],
        )
        text = render_pool(
            Pool(
                f"2027Q{number}",
                pool.sources,
                pool.quotas,
                INSPECTORS,
                (TWO_OFFICERS,),
                (),
                pool.out_of_pool,
            )
        )
        frozen = parse_pool(text)
        assert unstaffable(frozen) == []
        result = draw(frozen, sha256((secret + pool_digest(text)).encode()).hexdigest())
        self.inspect({source for ids in result.selected.values() for source in ids})
        self.drawn.update({c: len(ids) for c, ids in result.selected.items()})
        return pool, result

    def inspect(self, selected: set[str]) -> None:
        self.register = [
            replace(
                unit,
                randomly_inspected_this_year=True,
                onsite_visits_this_year=unit.onsite_visits_this_year + 1,
            )
            if unit.source_id in selected
            else unit
            for unit in self.register
        ]

    def registered(self) -> list[UnitFacts]:
        return [u for u in self.register if u.in_register and u.kind == SourceKind.DISCHARGER]

    def flip_special(self, marked: set[int]) -> None:
        self.register = [
            replace(unit, is_special=not unit.is_special) if n in marked else unit
            for n, unit in enumerate(self.register)
        ]


flips = st.lists(st.sets(st.integers(0, 59), max_size=6), min_size=4, max_size=4)


@given(registers, bureau_settings, st.integers(0, 5), flips, st.text("ab", max_size=4))
@settings(deadline=None, max_examples=100)
def test_no_floor_is_missed_and_every_key_unit_is_covered(
    register: list[UnitFacts],
    chosen: PoolSettings,
    officers: int,
    flagged: list[set[int]],
    secret: str,
):
    year = Year(register, chosen, officers)

    for number in range(1, 5):
        year.flip_special(flagged[number - 1])
        before = year.registered()
        _, result = year.quarter(number, secret)

        key = [u for u in before if u.is_key]
        special = [u for u in before if u.is_special]
        drawn_key = len(result.selected["key"])
        assert drawn_key >= min(ceil(len(key) / 4), sum(not u.is_special for u in key))
        assert len(result.selected["special"]) >= ceil(len(special) / 2)
        general = sum(not u.is_key and not u.is_special for u in before)
        annual = annual_general(chosen.general_reading, pool=general, officers=officers).used
        assert len(result.selected["general"]) <= general
        assert year.drawn["general"] >= min(general, ceil(annual * number / 4))

    assert all(u.randomly_inspected_this_year for u in year.registered() if u.is_key)


@given(registers, bureau_settings, st.text("ab", max_size=4))
@settings(deadline=None, max_examples=60)
def test_each_quarter_draws_a_unit_once_and_accounts_for_every_unit(
    register: list[UnitFacts], chosen: PoolSettings, secret: str
):
    year = Year(register, chosen, officers=3)

    for number in range(1, 5):
        pool, result = year.quarter(number, secret)

        selected = [source for ids in result.selected.values() for source in ids]
        assert len(selected) == len(set(selected))
        assert sorted(result.teams) == sorted(selected)
        assert all(len(set(team)) == len(team) == 2 for team in result.teams.values())
        assert {c: len(ids) for c, ids in result.selected.items()} == pool.quotas
        shown = [s.source_id for s in pool.sources] + [left.source_id for left in pool.left_out]
        assert sorted(shown) == [unit.source_id for unit in register]
        for line in pool.lines:
            assert line.floor <= line.quota <= line.drawable


@given(registers, bureau_settings, st.integers(1, 4))
@settings(deadline=None, max_examples=100)
def test_capped_and_listed_units_are_drawn_only_after_all_others(
    register: list[UnitFacts], chosen: PoolSettings, number: int
):
    pool, result = Year(register, chosen, officers=3).quarter(number, "x")
    tier = {source.source_id: source.tier for source in pool.sources}

    for category, selected in result.selected.items():
        waiting = [tier[source] for source in result.reserves[category]]
        assert max((tier[s] for s in selected), default=0) <= min(waiting, default=9)
