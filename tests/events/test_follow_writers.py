"""Phones that follow their counties while many write: no change is skipped, whatever commits when."""

from __future__ import annotations

import bisect
import datetime as dt
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection

from backend.events import feed
from backend.events.feed import FeedRow, Position
from backend.events.models import Change
from backend.units.models import Clock, IntervalRule, Unit
from geo.models import Region
from tagging.actions import bind_tag, mint_batch
from tests.events.lines import in_thread, other_connection, settle
from tests.world import World, hold, make_unit

LIXIA, SHIZHONG = "370102", "370103"
AT_ONCE = 125
"""Units that one statement writes."""

TURNERS, TURNS = 6, 100
MOVERS, MOVES = 2, 50
BINDINGS = 100
CHANGES = TURNERS * TURNS * AT_ONCE + MOVERS * MOVES * AT_ONCE * 2
"""100 000: a unit that moves has a row for either county."""

_TURN = "UPDATE units_clock SET due_on = due_on + 1 WHERE unit_id = ANY(%s)"
_MOVE = (
    f"UPDATE units_unit SET region_id = CASE region_id WHEN '{LIXIA}' THEN '{SHIZHONG}'"
    f" ELSE '{LIXIA}' END WHERE id = ANY(%s)"
)
_STAND = """
    SELECT u.id, c.due_on, b.tag_id FROM units_unit u
    LEFT JOIN units_clock c ON c.unit_id = u.id LEFT JOIN tagging_binding b ON b.unit_id = u.id
    WHERE u.region_id = %s AND (%s::bigint[] IS NULL OR u.id = ANY(%s))"""

Carried = dict[int, tuple[Any, ...]]


@dataclass
class Phone:
    """Follows one county as ``GET pack?cursor=`` does, and keeps what it was told."""

    county: str
    position: Position
    carried: Carried
    answers: list[tuple[Position, set[int | str]]] = field(default_factory=list)

    def ask(self) -> bool:
        """One call, and the units as they are then; whether there is more."""
        horizon = feed.read_horizon()
        told = feed.read_changes(
            horizon=horizon, after=self.position, limit=2 * AT_ONCE, regions=(self.county,)
        )
        for unit in told.units:
            self.carried.pop(unit, None)
        self.carried |= standing(self.county, told.units)
        self.position = told.position
        self.answers.append((told.position, {*told.units, *told.tags}))
        return told.more

    def missed(self, rows: Sequence[FeedRow]) -> list[FeedRow]:
        """Rows of the county that the answer did not tell which passed over them."""
        ends = [end for end, _told in self.answers] + [Position(2**63, 0)]
        told = [told for _end, told in self.answers] + [set()]
        return [
            row for row in rows
            if (row.unit or row.tag) not in told[bisect.bisect_left(ends, row[:2])]
        ]  # fmt: skip


def test_no_change_is_lost_with_nine_writers_and_slow_transactions(
    committed_world: World,
) -> None:
    """100 000 changes and some bindings; every tenth transaction sleeps before it commits."""
    writers = prepared(committed_world)
    settle()
    position = feed.read_horizon().position
    phones = [Phone(county, position, standing(county)) for county in (LIXIA, SHIZHONG)]
    threads = [in_thread(writer) for writer in writers]
    while any(thread.is_alive() for thread in threads):
        catch_up(phones)
    settle()
    catch_up(phones)
    written = Change.objects.filter(xid__gte=position.xid)
    assert written.count() == CHANGES + 2 * BINDINGS
    for phone in phones:
        rows = [
            FeedRow(*row)
            for row in written.filter(region=phone.county).values_list(*FeedRow._fields)
        ]
        missed = phone.missed(rows)
        assert not missed, f"{len(missed)} of {len(rows)} changes lost"
        assert phone.carried == standing(phone.county)


def catch_up(phones: Sequence[Phone]) -> None:
    """Each asks until there is no more."""
    for phone in phones:
        while phone.ask():
            pass


def prepared(world: World) -> list[Callable[[], None]]:
    """The writers, each with its own units: some turn clocks, some move units between the two
    counties, one binds tags to those that move."""
    counties = (world.lixia, world.shizhong)
    turned = [clocked_units(counties[number % 2]) for number in range(TURNERS)]
    moved = [units_in(counties[number % 2]) for number in range(MOVERS)]
    hold(world.ou, world.ou.role, world.city)
    codes = list(mint_batch(actor=world.ou, count=BINDINGS).tags.values_list("code", flat=True))
    bearers = random.Random(0).sample([unit for units in moved for unit in units], BINDINGS)
    work: list[Callable[[], None]] = [
        *(partial(keep_writing, _TURN, TURNS, units, seed) for seed, units in enumerate(turned)),
        *(partial(keep_writing, _MOVE, MOVES, units, seed) for seed, units in enumerate(moved)),
        partial(keep_binding, world, list(zip(codes, bearers, strict=True))),
    ]
    return work


def units_in(county: Region) -> list[Unit]:
    """Units for one writer."""
    return [make_unit("3110", county) for _ in range(AT_ONCE)]


def clocked_units(county: Region) -> list[Unit]:
    """Units, each with a clock to turn."""
    day, rule, units = dt.date(2027, 1, 31), IntervalRule.objects.first(), units_in(county)
    Clock.objects.bulk_create(
        Clock(unit=unit, kind="periodic", due_on=day, rule=rule) for unit in units
    )
    return units


def keep_writing(statement: str, times: int, units: list[Unit], seed: int) -> None:
    """The statement so many times, in transactions of one to four; every tenth takes ten times as
    long as the others, which end meanwhile."""
    chance, ids, left = random.Random(seed), [unit.pk for unit in units], times
    with other_connection() as line:
        while left:
            share = min(left, chance.randint(1, 4))
            with line.transaction():
                for _ in range(share):
                    line.execute(statement, [ids])
                    time.sleep(chance.random() / 50)
                time.sleep(chance.choice([0] * 9 + [chance.random() / 4]))
            left -= share


def keep_binding(world: World, pairs: list[tuple[str, Unit]]) -> None:
    """Each tag to its unit, wherever that is just now."""
    for code, unit in pairs:
        bind_tag(actor=world.ou, code=code, unit=unit)
    connection.close()


def standing(county: str, units: Sequence[int] | None = None) -> Carried:
    """Due date and tag of the units (or those named) that are in the county."""
    named = None if units is None else list(units)
    with connection.cursor() as cursor:
        cursor.execute(_STAND, [county, named, named])
        return {unit: tuple(facts) for unit, *facts in cursor.fetchall()}
