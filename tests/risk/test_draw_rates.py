"""Rates of like units: of the species, of inspections in force, drawn towards the usual."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.gis.geos import Point

from backend.lib import clock
from backend.risk import rates, weights
from backend.risk.follower import follow_changes
from backend.risk.full_rebuild import rebuild_figures
from backend.risk.models import Rate, UnitFigures
from backend.risk.ratios import failure_ratios, failure_ratios_with_neighbours
from backend.units.models import Inspection, Manufacture, Stage
from tests.tiles import tile_at
from tests.web.builders import correct, inspect, put
from tests.world import World, make_unit

TODAY = clock.today()
GOOD, BAD = Point(117.30, 36.65, srid=4326), Point(117.05, 36.65, srid=4326)


def visited(world: World, place: Point, conclusion: str, ago: int = 30) -> list[Inspection]:
    """Inspections of twelve forklifts at ``place`` so many days ago."""
    units = [
        make_unit("5110", world.lixia, position=place, model=f"made for {conclusion}")
        for _ in range(12)
    ]
    for unit in units:
        maker = f"maker of {conclusion}"
        put(unit, Manufacture, Stage.MANUFACTURE, dt.date(2019, 1, 5), maker=maker)
    return [inspect(unit, TODAY - dt.timedelta(days=ago), conclusion=conclusion) for unit in units]


def percent(about: str, key: str, species: str = "51") -> int | None:
    return (
        Rate.objects.filter(about=about, species=species, key=key)
        .values_list("percent", flat=True)
        .first()
    )


def cell(place: Point) -> str:
    return str(tile_at(place.x, place.y, 14).code)


@pytest.fixture
def two_places(world: World) -> World:
    """Twelve forklifts that failed at one place, twelve that passed at another."""
    visited(world, BAD, "fail")
    visited(world, GOOD, "pass")
    return world


def drawn() -> None:
    rates.recompute_rates(weights.get_model_in_force(TODAY), TODAY)


def test_where_and_of_whom_units_failed_the_rate_is_above_the_usual(two_places: World) -> None:
    drawn()
    for about, bad, good in (
        ("around", cell(BAD), cell(GOOD)),
        ("same_maker", "maker of fail", "maker of pass"),
        ("same_model", "made for fail", "made for pass"),
    ):
        above, below = percent(about, bad), percent(about, good)
        assert above is not None
        assert below is not None
        assert above > 100 > below


def test_a_unit_among_failed_ones_scores_higher_than_the_same_elsewhere(two_places: World) -> None:
    here = make_unit("5110", two_places.lixia, position=BAD)
    there = make_unit("5110", two_places.lixia, position=GOOD)
    rebuild_figures()
    scores = dict(UnitFigures.objects.values_list("unit_id", "score"))
    assert scores[here.pk] > scores[there.pk]


def test_units_of_another_species_are_not_moved(two_places: World) -> None:
    here = make_unit("3110", two_places.lixia, position=BAD)
    there = make_unit("3110", two_places.lixia, position=GOOD)
    rebuild_figures()
    scores = dict(UnitFigures.objects.values_list("unit_id", "score"))
    assert scores[here.pk] == scores[there.pk]


def test_an_inspection_that_was_corrected_does_not_count(world: World) -> None:
    failed = visited(world, BAD, "fail")
    visited(world, GOOD, "pass")
    drawn()
    assert (percent("around", cell(BAD)) or 0) > 100
    for one in failed:
        correct(one, conclusion="pass")
    drawn()
    assert not Rate.objects.exists()


@pytest.mark.parametrize("ago", [0, 3000])
def test_an_inspection_of_today_or_of_before_the_window_does_not_count(
    world: World, ago: int
) -> None:
    visited(world, GOOD, "pass")
    visited(world, BAD, "fail", ago)
    drawn()
    assert not Rate.objects.exists()


def test_the_follower_looks_at_units_whose_rate_came_over_a_step(world: World) -> None:
    neighbour = make_unit("5110", world.lixia, position=BAD)
    rebuild_figures()
    before = UnitFigures.objects.get(pk=neighbour.pk).score
    visited(world, BAD, "fail")
    visited(world, GOOD, "pass")
    drawn()
    follow_changes()
    kept = UnitFigures.objects.get(pk=neighbour.pk)
    assert kept.score > before
    rebuild_figures()
    anew = UnitFigures.objects.get(pk=neighbour.pk)
    assert (kept.score, kept.changes_on) == (anew.score, anew.changes_on)


def test_the_fewer_the_inspections_the_nearer_to_the_usual() -> None:
    told = failure_ratios(
        {("31", "few"): (1, 1), ("31", "many"): (60, 30), ("31", "rest"): (939, 50)}
    )
    assert 100 < told["31", "few"] < told["31", "many"]


def test_where_groups_differ_by_chance_only_none_is_named() -> None:
    assert (
        failure_ratios({("31", "a"): (100, 10), ("31", "b"): (100, 11), ("31", "c"): (100, 9)})
        == {}
    )
    assert failure_ratios({("31", "a"): (100, 0)}) == {}
    assert failure_ratios({}) == {}


def test_a_neighbour_cell_counts_half() -> None:
    middle, far = cell(BAD), cell(GOOD)
    told = failure_ratios_with_neighbours({("31", middle): (50, 40), ("31", far): (500, 10)})
    east = str(tile_at(BAD.x + 360 / (1 << 14), BAD.y, 14).code)
    assert told["31", middle] > told["31", east] > 100
