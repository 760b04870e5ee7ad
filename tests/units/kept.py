"""A random life that is filed in the database, and what its rows must say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from backend.cases.models import Case
from backend.units.derived_state import recompute_unit
from backend.units.filing import file_record
from backend.units.models import Record, Transfer, Withdrawal
from backend.units.timeline import records_in_force, records_of
from tests.units import histories
from tests.world import World, hold, make_unit


@dataclass
class KeptLife(histories.Life):
    """A life whose records go through ``file_record``; a second person withdraws."""

    world: World | None = None
    origin: str = "370102"

    @classmethod
    def begun(cls, rng: Random, world: World) -> KeptLife:
        plan = histories.begin(rng)
        for user in (world.ou, world.rui):
            hold(user, user.role, world.city)
        unit = make_unit(
            plan.unit.category_id,
            world.lixia,
            parameters=plan.unit.parameters,
            first_used_on=plan.unit.first_used_on,
        )
        places, parties = (world.lixia, world.shizhong), (world.mall, world.plant)
        return cls(unit, plan.now, places=places, parties=parties, world=world)

    @property
    def history(self) -> list[Record]:
        return records_in_force(records_of(self.unit))

    def enter(self, record: Record, supersedes: Record | None, moment: dt.datetime | None) -> None:
        actor = self.world.rui if isinstance(record, Withdrawal) else self.world.ou
        file_record(
            actor=actor, unit=self.unit, record=record, supersedes=supersedes, moment=moment
        )
        self.unit.refresh_from_db()


def faults_of_rows(life: KeptLife) -> Iterator[str]:
    """What the rows of the unit say otherwise than its records."""
    state, unit = life.fold(life.by_the_books()), life.unit
    row = (unit.status, unit.registered_on, unit.safety_grade, unit.last_conclusion)
    if row != (state.status, state.registered_on, state.safety_grade, state.last_conclusion):
        yield f"the row says {row}"
    days = (unit.held_from, unit.next_due_on, unit.own_due_on)
    if days != (
        state.held_from,
        state.next_due_on(statutory=True),
        state.next_due_on(statutory=False),
    ):
        yield f"the row says {days}"
    clocks = set(unit.clocks.values_list("kind", "last_on", "due_on", "opens_on", "rule_id"))
    if clocks != {(d.clock, d.last_on, d.due_on, d.opens_on, d.rule_code) for d in state.dues}:
        yield f"the clocks say {clocks}"
    holds = set(unit.holds.values_list("rule", "about", "record_id", "since", "until"))
    if holds != {(s.rule, s.about, s.record, s.since, s.until) for s in state.holds}:
        yield f"the holds say {holds}"
    if recompute_unit(unit=unit):
        yield "derived anew, the unit is another"
    yield from _cases(life)
    yield from _counties(life)


def _cases(life: KeptLife) -> Iterator[str]:
    """A case stands open for just those records that the gates refuse now."""
    told = Case.objects.filter(kind="record-unfit", unit=life.unit.pk, closed_at=None)
    flagged, unfit = set(told.values_list("record", flat=True)), {r.pk for r in life.unfit()}
    if flagged != unfit:
        yield f"cases are open for {flagged}, and unfit are {unfit}"


def _counties(life: KeptLife) -> Iterator[str]:
    """Each record bears the county where the unit stood on its day, the unit that of today."""
    county = life.origin
    for fact in life.by_the_books():
        borne = Record.objects.get(pk=fact.pk).region_id
        if borne != county:
            yield f"record {fact.pk} bears {borne} and happened in {county}"
        if isinstance(fact, Transfer) and fact.to_region_id:
            county = fact.to_region_id
    if life.unit.region_id != county:
        yield f"the unit bears {life.unit.region_id} and stands in {county}"
