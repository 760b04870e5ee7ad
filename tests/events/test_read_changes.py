"""Following the feed: nothing is skipped, whatever commits when."""

from __future__ import annotations

import datetime as dt
import functools
import random
import threading
import time
from collections.abc import Callable, Sequence

import psycopg
import pytest
from django.db import connection, transaction

from backend.events import feed
from backend.events.feed import Changes, Position, Row
from backend.events.models import Change
from backend.events.tasks import forget_old_changes
from backend.units.models import Clock, IntervalRule
from tagging.actions import bind_tag, mint_batch, replace_tag, retire_tag
from tests.workers import until
from tests.world import World, make_unit

LIXIA, SHIZHONG = "370102", "370103"
BOTH = (LIXIA, SHIZHONG)
WRITERS = 8
UNITS_OF_ONE = 250
STATEMENTS = 50  # of each writer: 8 x 250 x 50 = 100 000 changes


def settle() -> None:
    """Wait until every change so far lies before the horizon: all that ran then has ended."""
    newest = Change.objects.order_by("-xid").values_list("xid", flat=True).first() or 0
    until(lambda: feed.horizon().xid > newest, 120)


def write(unit: int, times: int = 1) -> None:
    """Change one unit, each time in a transaction of its own."""
    for _ in range(times):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE units_unit SET version = version + 1 WHERE id = %s", [unit])


def read(after: Position, limit: int = 10, codes: Sequence[str] = (LIXIA,)) -> Changes:
    return feed.changed(upto=feed.horizon(), after=after, limit=limit, regions=codes)


@pytest.fixture
def start(committed_world: World) -> Position:
    """The position of a reader who has everything that made the cast."""
    settle()
    return feed.horizon().position


def test_nobody_is_told_twice_when_nothing_happens(start: Position) -> None:
    told = read(start)
    assert (told.units, told.tags, told.more) == ([], [], False)
    assert told.position >= start


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5])
def test_pages_end_where_the_changes_end(
    committed_world: World, start: Position, number: int
) -> None:
    units = [make_unit("3110", committed_world.lixia).pk for _ in range(number)]
    settle()
    position, found, calls, more = start, [], 0, True
    while more:
        told = read(position, limit=2)
        position, more, calls = told.position, told.more, calls + 1
        found += told.units
    assert found == units
    assert calls == max(1, (number + 1) // 2)


def test_a_region_reads_its_own_changes_only(committed_world: World, start: Position) -> None:
    write(committed_world.lift.pk)
    write(committed_world.forklift_elsewhere.pk)
    settle()
    assert read(start).units == [committed_world.lift.pk]
    assert set(read(start, codes=BOTH).units) == {
        committed_world.lift.pk,
        committed_world.forklift_elsewhere.pk,
    }


def test_a_company_reads_what_it_has_and_what_it_had(
    committed_world: World, start: Position
) -> None:
    committed_world.boiler.using_entity = committed_world.plant
    committed_world.boiler.save()
    settle()
    for entity in (committed_world.mall, committed_world.plant):
        told = feed.changed(upto=feed.horizon(), after=start, limit=9, entities=[entity.pk])
        assert told.units == [committed_world.boiler.pk]


def test_a_unit_changed_often_is_told_once(committed_world: World, start: Position) -> None:
    write(committed_world.lift.pk, times=4)
    settle()
    assert read(start).units == [committed_world.lift.pk]


def test_a_slow_transaction_is_told_after_a_quick_one_that_began_later(
    committed_world: World, start: Position
) -> None:
    with other_connection() as slow:
        slow.execute("BEGIN")
        slow.execute("UPDATE units_unit SET version = 9 WHERE id = %s", [committed_world.boiler.pk])
        write(committed_world.lift.pk)
        told = read(start)
        assert told.units == []  # the quick one waits for the slow one
        slow.execute("COMMIT")
    settle()
    assert set(read(told.position).units) == {committed_world.boiler.pk, committed_world.lift.pk}


@pytest.mark.parametrize("action", ["bind", "replace", "retire"])
def test_what_befalls_a_tag_while_its_unit_moves_is_told_where_the_unit_went(
    committed_world: World, action: str
) -> None:
    world, acted, seen = committed_world, threading.Event(), threading.Event()
    act = tag_action(world, action)

    def slowly() -> None:
        with transaction.atomic():
            act()
            acted.set()
            seen.wait(60)
        connection.close()

    settle()
    position = feed.horizon().position
    with other_connection() as mover:
        mover.execute("BEGIN")
        mover.execute(
            "UPDATE units_unit SET region_id = %s WHERE id = %s", [SHIZHONG, world.lift.pk]
        )
        actor = in_thread(slowly)
        until(lambda: acted.is_set() or somebody_waits())
        mover.execute("COMMIT")
    acted.wait(60)
    told = read(position, codes=(SHIZHONG,))  # of the move alone: the action is not committed
    seen.set()
    actor.join(60)
    settle()
    assert told.units == [world.lift.pk]
    assert read(told.position, codes=(SHIZHONG,)).units == [world.lift.pk]


def tag_action(world: World, action: str) -> Callable[[], object]:
    """What Ou, now of the city, is about to do to the tag of the lift."""
    world.ou.region = world.city
    world.ou.save()
    old, new = mint_batch(actor=world.ou, count=2).tags.values_list("code", flat=True)
    if action == "bind":
        return functools.partial(bind_tag, actor=world.ou, code=old, unit=world.lift)
    bind_tag(actor=world.ou, code=old, unit=world.lift)
    if action == "retire":
        return functools.partial(retire_tag, actor=world.ou, code=old, reason="worn")
    return functools.partial(replace_tag, actor=world.ou, unit=world.lift, code=new, reason="worn")


def somebody_waits() -> bool:
    """Whether a transaction of this database waits for another one's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_what_is_rolled_back_is_never_told(committed_world: World, start: Position) -> None:
    with transaction.atomic():
        write(committed_world.lift.pk)
        transaction.set_rollback(True)
    settle()
    assert read(start).units == []


def test_a_feed_that_was_restored_in_place_is_another(world: World) -> None:
    """A dump makes its table anew; here another one takes the name."""
    before = feed.horizon().cluster
    assert feed.horizon().cluster == before
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_change RENAME TO events_change_before")
        cursor.execute("CREATE TABLE events_change (LIKE events_change_before INCLUDING ALL)")
    assert feed.horizon().cluster != before


def test_whoever_may_read_the_feed_may_name_its_database(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE feed_reader")
        cursor.execute("GRANT SELECT ON events_change TO feed_reader")
        cursor.execute("SET LOCAL ROLE feed_reader")
    assert feed.horizon().cluster
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_old_changes_are_forgotten(committed_world: World, start: Position) -> None:
    write(committed_world.lift.pk)
    total = Change.objects.count()
    Change.objects.filter(region=SHIZHONG).update(at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    old = Change.objects.filter(region=SHIZHONG).count()
    assert old > 0
    assert forget_old_changes() == old
    assert Change.objects.count() == total - old


def test_no_change_is_lost_with_eight_writers_and_slow_transactions(
    committed_world: World, start: Position
) -> None:
    """100 000 changes; every tenth transaction sleeps before it commits."""
    works = [clocked_units(committed_world, number) for number in range(WRITERS)]
    first = Change.objects.order_by("-pk").values_list("pk", flat=True)[0]
    writers = [in_thread(keep_writing, ids, number) for number, ids in enumerate(works)]
    position, seen = follow(start, lambda: any(writer.is_alive() for writer in writers))
    written = set(Change.objects.filter(pk__gt=first).values_list("pk", flat=True))
    assert len(written) == WRITERS * UNITS_OF_ONE * STATEMENTS
    lost = written - {row.id for row in seen}
    assert not lost, f"{len(lost)} of {len(written)} changes lost"
    assert len(seen) == len({row.id for row in seen}), "told twice"
    assert position.xid >= max(row.xid for row in seen)


def clocked_units(world: World, number: int) -> list[int]:
    """Units for one writer, each with a clock to turn; writers stand in either region."""
    region = (world.lixia, world.shizhong)[number % 2]
    day, rule = dt.date(2027, 1, 31), IntervalRule.objects.first()
    units = [make_unit("3110", region) for _ in range(UNITS_OF_ONE)]
    Clock.objects.bulk_create(
        Clock(unit=unit, kind="periodic", due_on=day, rule=rule) for unit in units
    )
    return [unit.pk for unit in units]


def keep_writing(ids: list[int], number: int) -> None:
    """STATEMENTS updates of all of ``ids`` in transactions of one to four, some of them slow."""
    chance = random.Random(number)
    left = STATEMENTS
    with other_connection() as line:
        while left:
            share = min(left, chance.randint(1, 4))
            with line.transaction():
                for _ in range(share):
                    line.execute(_UPDATE, [ids])
                    time.sleep(chance.random() / 50)
                time.sleep(chance.choice([0] * 9 + [chance.random()]))
            left -= share


_UPDATE = "UPDATE units_clock SET due_on = due_on + 1 WHERE unit_id = ANY(%s)"


def follow(position: Position, going: Callable[[], bool]) -> tuple[Position, list[Row]]:
    """What a reader is told who asks until all is quiet and settled."""
    seen: list[Row] = []
    last = False
    while True:
        rows = feed.of_regions(BOTH, position, 2000)
        seen += rows
        if rows:
            position = Position(rows[-1].xid, rows[-1].id)
        elif last:
            return position, seen
        elif not going():
            settle()
            last = True
        else:
            time.sleep(0.02)


def other_connection() -> psycopg.Connection:
    """A connection beside Django's own."""
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname")}
    return psycopg.connect(**wanted, autocommit=True)


def in_thread(work: Callable[..., None], *facts: object) -> threading.Thread:
    """``work``, begun."""
    thread = threading.Thread(target=work, args=facts)
    thread.start()
    return thread
