"""What the law says of a unit orders it before any points do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from backend.lib import clock
from backend.risk import score_sql, weights
from backend.risk.full_rebuild import rebuild_figures
from backend.risk.models import UnitFigures
from backend.units.models import Accident, Clock, IntervalRule, Repair, Stage, Unit
from tests.web.builders import put, state
from tests.world import World

LONG_AGO = dt.date(2020, 2, 1)
TODAY = clock.today()
LATE = (1, 29, 30, 90, 200, 400)


def scored(unit: Unit, day: dt.date = TODAY) -> tuple[int, int]:
    """Score and class of ``unit`` on ``day``."""
    with connection.cursor() as cursor:
        statement = score_sql.reasons_sql(weights.get_model_in_force(day))
        cursor.execute(statement, {"day": day, "unit": unit.pk})
        score, level, _told = cursor.fetchone()
    return score, level


def owe(unit: Unit, days: int, *clocks: str) -> None:
    """``clocks`` of the unit ran out so many days ago."""
    due = TODAY - dt.timedelta(days=days)
    rule = IntervalRule.objects.order_by("code").first()
    Clock.objects.filter(unit=unit).delete()
    for kind in clocks:
        Clock.objects.create(unit=unit, kind=kind, due_on=due, rule=rule)
    Unit.objects.filter(pk=unit.pk).update(next_due_on=due)


@pytest.fixture
def lift(world: World) -> Unit:
    """A lift in use that owes nothing."""
    state(world.lift, status="in_use", registered_on=LONG_AGO, first_used_on=LONG_AGO)
    return world.lift


def held(unit: Unit) -> None:
    """A hold forbids its use from today on."""
    Unit.objects.filter(pk=unit.pk).update(held_from=TODAY)


def test_what_must_not_be_used_is_in_the_top_class_whatever_the_sum(lift: Unit) -> None:
    assert scored(lift)[1] < 5
    held(lift)
    assert scored(lift)[1] == 5


def test_it_stays_there_when_a_clock_is_served_or_it_is_stopped(lift: Unit) -> None:
    owe(lift, 400, "periodic")
    held(lift)
    Clock.objects.filter(unit=lift).delete()
    state(lift, status="stopped", next_due_on=None)
    assert scored(lift)[1] == 5


def test_a_hold_to_come_holds_from_its_day_on(lift: Unit) -> None:
    tomorrow = TODAY + dt.timedelta(days=1)
    Unit.objects.filter(pk=lift.pk).update(held_from=tomorrow)
    rebuild_figures()
    standing = UnitFigures.objects.get(pk=lift.pk)
    assert not standing.failed
    assert (standing.level < 5, standing.changes_on) == (True, tomorrow)
    assert scored(lift, tomorrow)[1] == 5


@pytest.mark.parametrize("days", LATE)
def test_a_failure_never_scores_below_the_overdue_that_it_replaces(lift: Unit, days: int) -> None:
    owe(lift, days, "periodic", "self_detection")
    overdue = scored(lift)
    Clock.objects.filter(unit=lift).delete()
    state(lift, next_due_on=None, last_conclusion="fail")
    held(lift)
    assert scored(lift)[0] > overdue[0]
    assert overdue[1] < 5


def test_whatever_may_be_used_is_below_the_top_class(lift: Unit) -> None:
    owe(lift, 900, "periodic", "internal", "external", "full", "annual", "self_detection")
    state(lift, safety_grade=5, last_conclusion="basically")
    score, level = scored(lift)
    assert (score, level) == (weights.get_model_in_force(TODAY).classes.begin[-1] - 1, 4)


def test_an_accident_with_deaths_weighs_more_than_one_without(world: World, lift: Unit) -> None:
    before = scored(lift)[0]
    put(lift, Accident, Stage.ACCIDENT, TODAY - dt.timedelta(days=9), grade="ordinary", deaths=0)
    harmless = scored(lift)[0]
    put(lift, Accident, Stage.ACCIDENT, TODAY - dt.timedelta(days=9), grade="ordinary", deaths=2)
    two = scored(lift)[0]
    assert before < harmless
    assert two - harmless > harmless - before


def test_no_maintenance_on_record_weighs_more_than_the_longest_gap(lift: Unit) -> None:
    none = scored(lift)[0]
    put(lift, Repair, Stage.REPAIR, TODAY - dt.timedelta(days=1500), work="maintenance")
    gap = scored(lift)[0]
    put(lift, Repair, Stage.REPAIR, TODAY - dt.timedelta(days=1), work="maintenance")
    assert none > gap > scored(lift)[0]


@pytest.mark.parametrize("days", LATE)
def test_used_and_never_registered_is_not_below_an_overdue_lift(lift: Unit, days: int) -> None:
    owe(lift, days, "periodic", "self_detection")
    overdue = scored(lift)[0]
    Clock.objects.filter(unit=lift).delete()
    used = TODAY - dt.timedelta(days=30 + days)
    state(lift, status="unregistered", registered_on=None, next_due_on=None, first_used_on=used)
    assert scored(lift)[0] >= overdue
