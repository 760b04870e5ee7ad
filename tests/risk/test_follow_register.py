"""Scores and figures kept up by differences are those of a computation from nothing."""

from __future__ import annotations

import datetime as dt
import random
import threading

import pytest
from django.db import connection, connections

from backend.events import feed
from backend.events.models import Change
from backend.lib import clock
from backend.risk import weights
from backend.risk.follower import follow_changes
from backend.risk.full_rebuild import rebuild_figures
from backend.risk.models import CellFigures, Reader, RegionFigures, UnitFigures
from backend.risk.rates import recompute_rates
from tests.inspections.drafting import draft_of, file
from tests.risk.storm import Storm
from tests.workers import until
from tests.world import World

CHANGES = 10_000
LOOKS = 25


def settle() -> None:
    """Wait until every change so far lies before the horizon."""
    newest = Change.objects.order_by("-xid").values_list("xid", flat=True).first() or 0
    until(lambda: feed.read_horizon().xid > newest, 120)


def caught_up() -> None:
    """Everything so far is in scores and figures, as after a night: rates are drawn anew."""
    settle()
    recompute_rates(weights.get_model_in_force(clock.today()), clock.today())
    follow_changes()


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All that the follower keeps for the present."""
    present = RegionFigures.objects.filter(valid_to=None).order_by("region_id", "kind", "status")
    keys = [f.attname for f in RegionFigures._meta.concrete_fields if f.attname != "valid_from"]
    cells = [f.attname for f in CellFigures._meta.concrete_fields]
    return {
        "standings": list(UnitFigures.objects.order_by("pk").values_list()),
        "cells": sorted(CellFigures.objects.values_list(*cells)),
        "regions": list(present.values_list(*keys)),
    }


def assert_as_if_new() -> None:
    """What was kept up equals what a rebuild finds."""
    kept = everything()
    rebuild_figures()
    assert kept == everything()
    assert kept["standings"]


@pytest.fixture
def storm(committed_world: World) -> Storm:
    """A storm that begins today over sixty units; nothing is computed yet."""
    storm = Storm(committed_world, random.Random(7), clock.today())
    storm.report = file(committed_world, draft_of(committed_world.lift)).pk
    storm.begin(60)
    return storm


def test_an_empty_register_has_no_figures(db: None) -> None:
    assert follow_changes() == 0
    assert not RegionFigures.objects.exists()


def test_a_storm_of_changes_leaves_what_a_rebuild_finds(storm: Storm) -> None:
    follow_changes()
    for number in range(CHANGES):
        storm.change()
        if number % (CHANGES // LOOKS) == 0:
            follow_changes()
    caught_up()
    assert_as_if_new()


def test_days_that_pass_leave_what_a_rebuild_finds(
    storm: Storm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(600):
        storm.change()
    caught_up()
    for days in (1, 1, 6, 30, 31, 90, 400):
        storm.today += dt.timedelta(days=days)
        monkeypatch.setattr(clock, "today", lambda day=storm.today: day)
        for _n in range(20):
            storm.change()
        caught_up()
        kept, figures = everything(), list(RegionFigures.objects.order_by("pk").values_list())
        rebuild_figures()
        assert kept == everything()
        RegionFigures.objects.all().delete()
        RegionFigures.objects.bulk_create(_figures(figures))


def _figures(rows: list[tuple[object, ...]]) -> list[RegionFigures]:
    names = [f.attname for f in RegionFigures._meta.concrete_fields]
    return [RegionFigures(**dict(zip(names, row[-len(names) :], strict=True))) for row in rows]


def test_two_followers_count_nothing_twice(storm: Storm) -> None:
    follow_changes()
    for _n in range(300):
        storm.change()
    settle()

    def work() -> None:
        for _n in range(5):
            follow_changes()
        connections.close_all()

    threads = [threading.Thread(target=work) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    caught_up()
    assert_as_if_new()


def test_a_follower_killed_in_between_loses_nothing(
    storm: Storm, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_changes()
    for _n in range(200):
        storm.change()
    settle()
    before = Reader.objects.get()
    monkeypatch.setattr(Reader, "save", _killed)
    with pytest.raises(KeyboardInterrupt):
        follow_changes()
    monkeypatch.undo()
    connection.close()
    assert Reader.objects.get().feed_xid == before.feed_xid
    caught_up()
    assert_as_if_new()


def _killed(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_a_scan_moves_the_unit_within_one_look(storm: Storm) -> None:
    storm.tags, code = storm.tags[:-1], storm.tags[-1]
    unit = storm.units[0]
    storm.run(
        "INSERT INTO tagging_binding (tag_id, unit_id, bound_at, reason) VALUES (%s, %s, %s, '')",
        code, unit, dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    caught_up()
    assert UnitFigures.objects.get(pk=unit).unseen
    storm.run(
        "INSERT INTO tagging_scan (raw, code, received_at, device, datum)"
        " VALUES (%s, %s, now(), '', '')", code, code,
    )  # fmt: skip
    follow_changes()
    assert not UnitFigures.objects.get(pk=unit).unseen
    assert_as_if_new()


def test_the_version_grows_only_when_something_changed(storm: Storm) -> None:
    caught_up()
    version = Reader.objects.get().version
    follow_changes()
    assert Reader.objects.get().version == version
    storm.run("UPDATE units_unit SET status = 'stopped' WHERE id = %s", storm.units[0])
    caught_up()
    assert Reader.objects.get().version > version
