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

from backend.exchange.demo import mix
from backend.exchange.demo.copying import OWN, Pattern, template
from backend.exchange.demo.lives import FACTORY_NO, Life, live
from backend.exchange.demo.names import MAKERS
from backend.exchange.demo.plan import Plan

MOST = 10_000
_UNIT, _REGION = Pattern("%(unit)s"), Pattern("%(region)s")


@dataclass(frozen=True, slots=True)
class Shape:
    """One life as templates by table; ``records`` of them, with the keys ``r0``, ``r1`` …"""

    code: str
    maker: int
    trade: int
    made_in: int
    registered_on: dt.date | None
    records: int
    rows: tuple[tuple[str, str], ...]


def shape(plan: Plan, number: int) -> Shape:
    """The life ``number``; the same for the same seed."""
    rng = random.Random(f"{plan.seed}/life/{number}")  # noqa: S311 - a repeatable province
    code = mix.category(rng)
    maker = mix.maker(rng, code[0], len(MAKERS))
    life = Life(code, mix.parameters(rng, code), rng, plan.today)
    live(life, plan.rules[code], maker)
    rows: dict[str, str] = {}
    _unit(plan, life, rows)
    _records(plan, life, rows)
    trade, made_in = mix.trade(rng, code[0]), life.made_on.year
    return Shape(
        code, maker, trade, made_in, life.registered_on, len(life.entries), tuple(rows.items())
    )


def _unit(plan: Plan, life: Life, rows: dict[str, str]) -> None:
    kind, registered = life.code[0], life.registered_on
    rows["units_unit"] = template(
        (_UNIT, Pattern("%(device)s"), Pattern("%(certificate)s"), life.code, kind, "", "2014", "",
         _model(kind, life.rng), FACTORY_NO, Pattern("%(internal)d#"), "", life.parameters,
         life.user, life.user, Pattern("%(maintainer)s"), _REGION, Pattern("%(address)s"),
         Pattern("%(position)s"), Pattern("%(route)s"), "WGS84", False, registered,
         *_state(plan, life, rows), 0, f"{life.entries[0].on}T09:00:00+08:00",
         f"{plan.today}T00:00:00+08:00", 1)
    )  # fmt: skip


def _model(kind: str, rng: random.Random) -> str:
    return f"{'_GRTQCYXPK'[int(kind)]}{rng.choice(('-II', '-III', ''))}{rng.randint(10, 99)}"


def _state(plan: Plan, life: Life, rows: dict[str, str]) -> tuple[Any, ...]:
    """The derived columns from ``status`` to ``next_due_on``; writes clocks and holds on the way."""
    state = life.state(plan.rules[life.code])
    if state.dues:
        rows["units_clock"] = "".join(
            template(
                (Pattern(f"%(k{number})s"), _UNIT, due.clock, due.last_on, due.due_on,
                 due.opens_on, due.rule_code)
            )
            for number, due in enumerate(state.dues)
        )  # fmt: skip
    if state.holds:
        rows["units_hold"] = "".join(
            template((_UNIT, s.rule, s.about, _key(s.record), s.since, s.until))
            for s in state.holds
        )
    return (
        state.status, state.registered_on, state.held_from, state.next_due_on(statutory=False), 0,
        state.last_inspected_on, state.last_conclusion, state.safety_grade,
        state.next_due_on(statutory=True),
    )  # fmt: skip


def _key(number: int | None) -> Pattern:
    """The key of a record by its place in the life, from 1."""
    assert number is not None
    return Pattern(f"%(r{number - 1})s")


def _records(plan: Plan, life: Life, rows: dict[str, str]) -> None:
    for number, entry in enumerate(life.entries, start=1):
        entry.key = _key(number)
    for entry in life.entries:
        if entry.points_at is not None:
            entry.own[entry.points_at[0]] = entry.points_at[1].key
        filed = f"{min(entry.on + dt.timedelta(days=1), plan.today)}T10:00:00+08:00"
        shared = (entry.key, _UNIT, entry.stage, entry.on, _REGION, filed, filed, "demo", "", "")
        own = (entry.own.get(name, none) for name, none in OWN[entry.stage].items())
        for table, row in (("units_record", shared), (f"units_{entry.stage}", (entry.key, *own))):
            rows[table] = rows.get(table, "") + template(row)
