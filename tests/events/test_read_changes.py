"""Following the feed: nothing is skipped, whatever commits when."""

from __future__ import annotations

import datetime as dt
import functools
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection, transaction

from backend.directory.models import LegalEntity
from backend.events import feed
from backend.events.feed import Changes, Position
from backend.events.models import Change
from backend.events.tasks import forget_old_changes
from backend.units.models import Unit
from tagging.actions import bind_tag, mint_batch, replace_tag, retire_tag
from tests.events.lines import in_thread, other_connection, settle
from tests.owner import as_owner
from tests.workers import until
from tests.world import World, hold, make_unit

LIXIA, SHIZHONG = "370102", "370103"
BOTH = (LIXIA, SHIZHONG)


def write(unit: int, times: int = 1) -> None:
    """Change one unit, each time in a transaction of its own."""
    for _ in range(times):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE units_unit SET version = version + 1 WHERE id = %s", [unit])


def read(after: Position, limit: int = 10, codes: Sequence[str] = (LIXIA,)) -> Changes:
    return feed.read_changes(horizon=feed.read_horizon(), after=after, limit=limit, regions=codes)


@pytest.fixture
def start(committed_world: World) -> Position:
    """The position of a reader who has everything that made the cast."""
    settle()
    return feed.read_horizon().position


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
        told = feed.read_changes(
            horizon=feed.read_horizon(), after=start, limit=9, entities=[entity.pk]
        )
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


def test_what_is_committed_after_the_feed_was_read_is_told_by_the_next_call(
    committed_world: World, start: Position
) -> None:
    def commit_meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "events_change" in sql and "LATERAL" in sql:
            with other_connection() as line:
                line.execute(
                    "UPDATE units_unit SET version = 9 WHERE id = %s", [committed_world.lift.pk]
                )
        return found

    with connection.execute_wrapper(commit_meanwhile):
        told = read(start)
    assert told.units == []
    settle()
    assert read(told.position).units == [committed_world.lift.pk]


@pytest.mark.parametrize("action", ["bind", "replace", "retire"])
def test_what_befalls_a_tag_while_its_unit_moves_is_told_where_the_unit_went(
    committed_world: World, action: str
) -> None:
    world = committed_world
    act = tag_action(world, action)
    settle()
    position = feed.read_horizon().position
    with other_connection() as mover:
        mover.execute("BEGIN")
        mover.execute(
            "UPDATE units_unit SET region_id = %s WHERE id = %s", [SHIZHONG, world.lift.pk]
        )
        actor, acted, seen = begun(act)
        until(lambda: acted.is_set() or somebody_waits())
        mover.execute("COMMIT")
    acted.wait(60)
    until(lambda: read(position, codes=(SHIZHONG,)).units)
    told = read(position, codes=(SHIZHONG,))  # of the move alone: the action is not committed
    seen.set()
    actor.join(60)
    settle()
    assert told.units == [world.lift.pk]
    assert read(told.position, codes=(SHIZHONG,)).units == [world.lift.pk]


COMING = ["moves", "is entered", "changes hands", "is sold", "is cared for"]


@pytest.mark.parametrize("comes", COMING)
def test_a_new_name_is_told_where_a_unit_comes_to_meanwhile(
    committed_world: World, comes: str
) -> None:
    world, mall = committed_world, committed_world.mall
    come = coming(world, comes)
    settle()
    position = feed.read_horizon().position

    def told_after(place: Position) -> Changes:
        entities = [world.plant.pk] if comes in ("is sold", "is cared for") else []
        regions = [] if entities else [SHIZHONG]
        upto = feed.read_horizon()
        return feed.read_changes(
            horizon=upto, after=place, limit=9, regions=regions, entities=entities
        )

    comer, came, leave = begun(come)
    came.wait(60)
    renamer, renamed, end = begun(functools.partial(rename, mall, "新名商场有限公司"))
    until(lambda: renamed.is_set() or somebody_waits())
    leave.set()
    comer.join(60)
    renamed.wait(60)
    until(lambda: told_after(position).units)
    told = told_after(position)
    assert name_of_user(told.units[0]) == mall.name  # the old one
    end.set()
    renamer.join(60)
    settle()
    assert told_after(told.position).units == told.units


def coming(world: World, how: str) -> Callable[[], object]:
    """How a unit of the mall will come to Shizhong, or to the plant."""
    if how in ("is sold", "is cared for"):
        lift = Unit.objects.filter(pk=world.lift.pk)
        role = "owner" if how == "is sold" else "maintainer"
        return functools.partial(lift.update, **{role: world.plant})
    if how == "moves":
        lift = Unit.objects.filter(pk=world.lift.pk)
        return functools.partial(lift.update, region=world.shizhong)
    if how == "changes hands":
        theirs = Unit.objects.filter(pk=world.forklift_elsewhere.pk)
        return functools.partial(theirs.update, using_entity=world.mall)
    return functools.partial(make_unit, "3110", world.shizhong, world.mall)


def rename(entity: LegalEntity, name: str) -> None:
    """Without the lock that the action takes: the feed must not lean on it."""
    LegalEntity.objects.filter(pk=entity.pk).update(name=name)


def name_of_user(unit: int) -> str:
    """Of the entity that uses the unit, as phones show it."""
    return LegalEntity.objects.values_list("name", flat=True).get(units_used=unit)


def begun(work: Callable[[], object]) -> tuple[threading.Thread, threading.Event, threading.Event]:
    """``work`` in a transaction of its own, as a thread; set when done, and to let it commit."""
    done, leave = threading.Event(), threading.Event()

    def run() -> None:
        with transaction.atomic():
            work()
            done.set()
            leave.wait(60)
        connection.close()

    return in_thread(run), done, leave


def tag_action(world: World, action: str) -> Callable[[], object]:
    """What Ou, now of the city, is about to do to the tag of the lift."""
    hold(world.ou, world.ou.role, world.city)
    old, new = mint_batch(actor=world.ou, count=2).tags.values_list("code", flat=True)
    if action == "bind":
        return functools.partial(bind_tag, actor=world.ou, code=old, unit=world.lift)
    bind_tag(actor=world.ou, code=old, unit=world.lift)
    if action == "retire":
        return functools.partial(retire_tag, actor=world.ou, code=old, reason="worn")
    return functools.partial(replace_tag, actor=world.ou, unit=world.lift, code=new, reason="worn")


def somebody_waits() -> bool:
    """Whether a transaction of this database waits for another one's lock, by what its owner sees."""
    with other_connection() as line:
        waiting = line.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return bool(waiting and waiting[0])


def test_what_is_rolled_back_is_never_told(committed_world: World, start: Position) -> None:
    with transaction.atomic():
        write(committed_world.lift.pk)
        transaction.set_rollback(True)
    settle()
    assert read(start).units == []


def test_a_feed_that_was_restored_in_place_is_another(world: World) -> None:
    """A dump makes its table anew; here another one takes the name."""
    before = feed.read_horizon().cluster
    assert feed.read_horizon().cluster == before
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_change RENAME TO events_change_before")
        cursor.execute("CREATE TABLE events_change (LIKE events_change_before INCLUDING ALL)")
    assert feed.read_horizon().cluster != before


def test_whoever_may_read_the_feed_may_name_its_database(world: World) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE feed_reader")
        cursor.execute("GRANT SELECT ON events_change TO feed_reader")
        cursor.execute("SET LOCAL ROLE feed_reader")
        assert feed.read_horizon().cluster


def test_old_changes_are_forgotten(committed_world: World, start: Position) -> None:
    write(committed_world.lift.pk)
    total = Change.objects.count()
    Change.objects.filter(region=SHIZHONG).update(at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    old = Change.objects.filter(region=SHIZHONG).count()
    assert old > 0
    assert forget_old_changes() == old
    assert Change.objects.count() == total - old
