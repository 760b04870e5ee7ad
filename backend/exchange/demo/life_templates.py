"""Lives told once and lived by many: rows with everything in place but who and where.

A building's lifts are put into use on one day and inspected together ever after; so may units
of a large demonstration share a life, in other places and hands. Up to ``MOST`` units each has
its own. State, clocks and holds are the fold of ``units.state`` for that life, as for any unit.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from backend.exchange.demo import equipment_mix
from backend.exchange.demo.copy_format import OWN, Pattern, copy_template
from backend.exchange.demo.made_up_names import MAKERS
from backend.exchange.demo.province_plan import ProvincePlan
from backend.exchange.demo.unit_lives import FACTORY_NO, DemoLife, fill_life

MOST = 10_000
_UNIT, _REGION = Pattern("%(unit)s"), Pattern("%(region)s")


@dataclass(frozen=True, slots=True)
class LifeTemplate:
    """One life as templates by table; ``records`` of them, with the keys ``r0``, ``r1`` …"""

    code: str
    maker: int
    trade: int
    made_in: int
    registered_on: dt.date | None
    records: int
    rows: tuple[tuple[str, str], ...]


def make_life_template(plan: ProvincePlan, number: int) -> LifeTemplate:
    """The template of the life ``number``; the same for the same seed."""
    rng = random.Random(f"{plan.seed}/life/{number}")  # noqa: S311 - a repeatable province
    code = equipment_mix.choose_category(rng)
    maker = equipment_mix.choose_maker(rng, code[0], len(MAKERS))
    life = DemoLife(code, equipment_mix.make_parameters(rng, code), rng, plan.today)
    fill_life(life, plan.rules[code], maker)
    rows: dict[str, str] = {}
    _add_unit_row(plan, life, rows)
    _add_record_rows(plan, life, rows)
    trade, made_in = equipment_mix.choose_trade(rng, code[0]), life.made_on.year
    return LifeTemplate(
        code, maker, trade, made_in, life.registered_on, len(life.entries), tuple(rows.items())
    )


def _add_unit_row(plan: ProvincePlan, life: DemoLife, rows: dict[str, str]) -> None:
    kind, registered = life.code[0], life.registered_on
    rows["units_unit"] = copy_template(
        (_UNIT, Pattern("%(device)s"), Pattern("%(certificate)s"), life.code, kind, "", "2014", "",
         _choose_model(kind, life.rng), FACTORY_NO, Pattern("%(internal)d#"), "", life.parameters,
         life.user, life.user, Pattern("%(maintainer)s"), _REGION, Pattern("%(address)s"),
         Pattern("%(position)s"), Pattern("%(route)s"), "WGS84", False, registered,
         *_derive_columns(plan, life, rows), 0, f"{life.entries[0].on}T09:00:00+08:00",
         f"{plan.today}T00:00:00+08:00", 1)
    )  # fmt: skip


def _choose_model(kind: str, rng: random.Random) -> str:
    return f"{'_GRTQCYXPK'[int(kind)]}{rng.choice(('-II', '-III', ''))}{rng.randint(10, 99)}"


def _derive_columns(plan: ProvincePlan, life: DemoLife, rows: dict[str, str]) -> tuple[Any, ...]:
    """The derived columns from ``status`` to ``next_due_on``; writes clocks and holds on the way."""
    state = life.fold_state(plan.rules[life.code])
    if state.dues:
        rows["units_clock"] = "".join(
            copy_template(
                (Pattern(f"%(k{number})s"), _UNIT, due.clock, due.last_on, due.due_on,
                 due.opens_on, due.rule_code)
            )
            for number, due in enumerate(state.dues)
        )  # fmt: skip
    if state.holds:
        rows["units_hold"] = "".join(
            copy_template((_UNIT, s.rule, s.about, _record_key(s.record), s.since, s.until))
            for s in state.holds
        )
    return (
        state.status, state.registered_on, state.held_from, state.next_due_on(statutory=False), 0,
        state.last_inspected_on, state.last_conclusion, state.safety_grade,
        state.next_due_on(statutory=True),
    )  # fmt: skip


def _record_key(number: int | None) -> Pattern:
    """The key of a record by its place in the life, from 1."""
    assert number is not None
    return Pattern(f"%(r{number - 1})s")


def _add_record_rows(plan: ProvincePlan, life: DemoLife, rows: dict[str, str]) -> None:
    for number, entry in enumerate(life.entries, start=1):
        entry.key = _record_key(number)
    for entry in life.entries:
        if entry.points_at is not None:
            entry.own[entry.points_at[0]] = entry.points_at[1].key
        filed = f"{min(entry.on + dt.timedelta(days=1), plan.today)}T10:00:00+08:00"
        shared = (entry.key, _UNIT, entry.stage, entry.on, _REGION, filed, filed, "demo", "", "")
        own = (entry.own.get(name, none) for name, none in OWN[entry.stage].items())
        for table, row in (("units_record", shared), (f"units_{entry.stage}", (entry.key, *own))):
            rows[table] = rows.get(table, "") + copy_template(row)
