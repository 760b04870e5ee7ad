"""Figures of the past: folded from the records where nobody followed, versions where somebody did."""

from __future__ import annotations

import datetime as dt

from backend.lib import clock
from backend.lib.months import add_months, month_start
from backend.risk import region_sums
from backend.risk.figures_query import FiguresQuery
from backend.risk.full_rebuild import rebuild_figures
from backend.risk.models import Reader, RegionFigures
from backend.risk.month_versions import begin_month_versions
from backend.risk.past_figures import backfill_months
from geo.regions import Gazetteer
from tests.inspections.drafting import put_in_use
from tests.world import World


def units_on(world: World, day: dt.date, *statuses: str) -> int:
    """How many units of the province the figures tell of on ``day``."""
    asked = FiguresQuery("370000", day, statuses=statuses)
    found = region_sums.load_region_sums(
        world.zhao, Gazetteer.load(), asked, Reader.objects.get().day
    )
    return found.sums["units"]


def test_a_unit_counts_as_in_use_from_its_registration_on(world: World) -> None:
    registered = add_months(month_start(clock.today()), -6) + dt.timedelta(days=14)
    put_in_use(world, world.lift, registered)
    rebuild_figures()
    backfill_months(24)
    before, after = month_start(registered), add_months(month_start(registered), 1)
    assert units_on(world, before, "in_use") == 0
    assert units_on(world, after, "in_use") == 1
    assert units_on(world, clock.today(), "in_use") == 1


def test_history_ends_where_the_present_begins(world: World) -> None:
    put_in_use(world, world.lift, add_months(clock.today(), -3))
    rebuild_figures()
    backfill_months(12)
    reader = Reader.objects.get()
    assert reader.daily_from == reader.day
    assert reader.history_from == add_months(month_start(reader.day - dt.timedelta(days=1)), -11)
    overlapping = RegionFigures.objects.filter(valid_to__gt=reader.day)
    assert not overlapping.exists()
    for back in range(11):
        day = add_months(month_start(reader.day), -back)
        assert units_on(world, max(day, reader.history_from)) >= 0


def test_the_course_has_one_point_a_month_and_the_day_itself(world: World) -> None:
    put_in_use(world, world.lift, add_months(clock.today(), -30))
    rebuild_figures()
    backfill_months(24)
    reader, names = Reader.objects.get(), Gazetteer.load()
    asked = FiguresQuery("370000", reader.day)
    now = region_sums.load_region_sums(world.zhao, names, asked, reader.day).sums
    course = region_sums.load_trend(world.zhao, names, asked, reader, now)
    assert [day for day, _sums in course] == sorted({day for day, _sums in course})
    assert course[-1] == (reader.day, now)
    assert len(course) >= 24


def test_each_month_begins_a_version_though_nothing_changed(world: World) -> None:
    rebuild_figures()
    reader = Reader.objects.get()
    later = add_months(month_start(reader.day), 3)
    begin_month_versions(reader.day, later)
    begin_month_versions(reader.day, later)  # a second time, as after a kill
    Reader.objects.update(day=later)
    for months in range(1, 4):
        first = add_months(month_start(reader.day), months)
        assert units_on(world, first) == 3
        assert units_on(world, first + dt.timedelta(days=20)) == 3 or first == later
    assert RegionFigures.objects.filter(valid_to=None, valid_from=later).count() == 3
