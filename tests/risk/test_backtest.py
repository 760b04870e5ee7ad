"""The back-test never looks ahead, and measures what it says."""

from __future__ import annotations

import numpy as np
import pytest

from backend.risk.ratios import failure_ratios_with_neighbours
from bench.backtest.factors import AROUND_DAYS, compute_factors, compute_factors_on
from bench.backtest.metrics import auc, mean_days_gained, share_in_first_half, share_of_findings
from bench.backtest.models import BAND_LIMITS, fit_points_card
from bench.backtest.series import Series, day_number, read_series
from bench.backtest.shipped_model import (
    ANALOGUES,
    FittedPoints,
    list_testable_factors,
    read_shipped_model,
)

DAY = day_number("2012-03-01")


@pytest.fixture(scope="module")
def series() -> Series:
    """The first months of the series."""
    return read_series().before(day_number("2012-06-01"))


@pytest.fixture(scope="module")
def told(series):
    return compute_factors(series)


def spoiled(series, rows):
    """Other outcomes, other inspectors, other ages at ``rows``."""
    return series.with_values(
        rows, critical=1 - series.critical, failed=1 - series.failed, serious=9, minor=9
    )


def test_other_outcomes_from_a_day_on_leave_the_factors_up_to_it_as_they_were(series, told):
    later = compute_factors(spoiled(series, series.day >= DAY))
    past = series.day <= DAY
    for name, values in told.items():
        np.testing.assert_array_equal(later[name][past], values[past], err_msg=name)


def test_they_do_change_the_factors_after_it(series, told):
    later = compute_factors(spoiled(series, series.day >= DAY))
    after = series.day > DAY
    changed = {name for name in told if not np.array_equal(
        later[name][after], told[name][after], equal_nan=True)}  # fmt: skip
    assert changed == {"last", "repeats", "fails", "share", "minor", "near", "around", "inspector"}


def test_a_plan_knows_nothing_of_what_its_visits_will_find(series):
    rows = np.flatnonzero(series.day >= DAY)
    plan = compute_factors_on(series, DAY, rows)
    after = compute_factors_on(spoiled(series, series.day >= DAY), DAY, rows)
    for name, values in plan.items():
        np.testing.assert_array_equal(after[name], values, err_msg=name)


def test_the_first_visit_to_a_place_has_no_last_result(series, told):
    _places, first = np.unique(series.place, return_index=True)
    assert np.isnan(told["last"][first]).all()
    assert (told["repeats"][first] == 0).all()
    assert np.isfinite(np.delete(told["last"], first)).any()


def test_a_card_gives_whole_points_and_nothing_for_what_is_not_known(series, told):
    made = fit_points_card(told, series.critical, ("last", "hazard"))
    assert {name: len(points) for name, points in made.points.items()} == {
        name: len(BAND_LIMITS[name]) + 1 for name in ("last", "hazard")
    }
    assert all(type(p) is int and p >= 0 for points in made.points.values() for p in points)
    unknown = {"last": np.array([np.nan]), "hazard": np.array([np.nan])}
    assert made.score(unknown).tolist() == [0]


def test_the_tried_score_has_the_shipped_form_and_gives_what_the_file_says(series, told):
    drafts = list_testable_factors(read_shipped_model())
    assert [factor.name for factor in drafts] == list(ANALOGUES)
    around, season = drafts[-2:]
    row = {name: values[:1] for name, values in told.items()}
    known = row | {"around": np.array([160.0]), "season": np.array([130.0])}
    unknown = row | {"around": np.array([np.nan]), "season": np.array([0.0])}
    by_file = dict(around.steps)[150] + dict(season.steps)[120]
    score = FittedPoints(drafts, {})
    assert score.score(known) - score.score(unknown) == by_file


def test_the_cells_of_the_back_test_are_those_of_the_shipped_rates(series):
    first = next(row for row in range(len(series)) if series.cell[row])
    species, cell = series.species_and_cell(first)
    lonely = {(species, cell): (40, 20), (species, "0"): (400, 20)}
    told = failure_ratios_with_neighbours(lonely)
    assert told[species, cell] > 100 > told[species, "0"]
    assert len([key for _species, key in told if key != "0"]) >= 9


def test_the_window_of_the_rates_is_that_of_the_file():
    around = next(f for f in list_testable_factors(read_shipped_model()) if f.name == "around")
    assert around.window_days == AROUND_DAYS


def test_the_best_order_brings_findings_to_the_front():
    day = np.array([1, 2, 3, 4])
    found = np.array([0, 0, 1, 1])
    assert mean_days_gained(found, found, day) == 2
    assert mean_days_gained(-found, found, day) == 0
    assert share_in_first_half(found, day) == 0
    assert share_of_findings(found, found, 0.5) == 1
    assert auc(found, found) == 1


def test_no_order_gains_nothing_when_all_visits_find_something():
    random = np.random.default_rng(1)
    day, found = random.integers(1, 60, 200), np.ones(200, dtype=int)
    assert mean_days_gained(random.random(200), found, day) == pytest.approx(0)
