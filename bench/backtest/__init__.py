"""Does the score find trouble? A test on real inspections with outcomes, never looking ahead.

Places of Chicago stand for units, critical violations for failures. The way of making the score
is chosen on the half year before March 2014, its weights are fitted on all before March 2014, and
March to August 2014 are then looked at once. ``docs/risk-model.md`` says what it proves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from bench.backtest.factors import Factors, compute_factors, compute_factors_on
from bench.backtest.metrics import (
    auc,
    auc_interval,
    mean_days_gained,
    share_in_first_half,
    share_of_findings,
)
from bench.backtest.models import Model, fit_boosted_trees, fit_logistic, fit_points_card
from bench.backtest.series import Column, Series, day_number, read_series
from bench.backtest.shipped_model import (
    OWN_FACTORS,
    fit_points,
    list_differing_factors,
    list_testable_factors,
    read_shipped_model,
)
from bench.callers import result_row

OWN_SERVERS = True  # in fact none

TRAINING_START = day_number("2012-01-01")  # before it, too little is known of anything
CHOICE_START = day_number("2013-09-01")
TEST_START = day_number("2014-03-01")
WINDOWS = tuple(day_number(day) for day in ("2014-03-01", "2014-05-01", "2014-07-01", "2014-09-01"))

HISTORY = ("age", "since", "last", "repeats", "fails", "share", "minor")
FACTORS_WITHOUT_INSPECTOR = (*HISTORY, "near", "kind", "hazard", "warm")
FACTORS_WITH_INSPECTOR = (*FACTORS_WITHOUT_INSPECTOR, "inspector")
Fit = Callable[[Factors, Column], Model]
VARIANTS = {
    "without_inspector": (FACTORS_WITHOUT_INSPECTOR, OWN_FACTORS),
    "with_inspector": (FACTORS_WITH_INSPECTOR, (*OWN_FACTORS, "inspector")),
}
"""The factors of the free ways, and what the shipped kind has beside the factors of its file."""
PLANNED = ("shipped", "card")
SIMPLE = {"age": ("age",), "last_result": ("last",), "history": HISTORY}
PUBLISHED_HISTORY = 0.57
PUBLISHED_INSPECTOR = 0.68


@dataclass(frozen=True)
class Backtest:
    """The series with the factors as they stood on the day of each inspection."""

    series: Series
    factors: Factors

    def factors_and_findings(self, first: int, last: int) -> tuple[Factors, Column]:
        """The factors and the findings of the days ``first`` up to but without ``last``."""
        rows = self.select_rows(first, last)
        told = {name: values[rows] for name, values in self.factors.items()}
        return told, self.series.critical[rows]

    def select_rows(self, first: int, last: int) -> Column:
        """A mask of the rows of the days ``first`` up to but without ``last``."""
        return np.asarray((self.series.day >= first) & (self.series.day < last))


def run() -> list[dict[str, Any]]:
    """The figures, as rows of the table."""
    series = read_series()
    data = Backtest(series, compute_factors(series))
    rows = [*_choice_rows(data)]
    for variant in VARIANTS:
        for way, fitted in _fit_functions_by_name(variant).items():
            model = fitted(*data.factors_and_findings(TRAINING_START, TEST_START))
            rows += _ranking_rows(data, model, f"backtest.{variant}.{way}", _published_auc(variant))
            if way in PLANNED:
                rows += _plan_rows(data, model, f"backtest.{variant}.{way}")
    for name, names in SIMPLE.items():
        rows += _ranking_rows(
            data,
            fit_logistic(*data.factors_and_findings(TRAINING_START, TEST_START), names),
            f"backtest.{name}_alone",
        )
    return [*rows, *_chance_rows(data), _compare_with_shipped(data)]


def _fit_functions_by_name(variant: str) -> dict[str, Fit]:
    names, own = VARIANTS[variant]
    return {
        "shipped": partial(fit_points, drafts=list_testable_factors(read_shipped_model()), own=own),
        "card": partial(fit_points_card, names=names),
        "logistic": partial(fit_logistic, names=names),
        "boosted": partial(fit_boosted_trees, names=names),
    }


def _compare_with_shipped(data: Backtest) -> dict[str, Any]:
    """The row that says how many factors of the shipped file have other points than the fit
    gives; 0 is right."""
    model = read_shipped_model()
    fitted = fit_points(
        *data.factors_and_findings(TRAINING_START, TEST_START),
        list_testable_factors(model),
        OWN_FACTORS,
    )
    number = len(list_differing_factors(fitted, model))
    return result_row("backtest.factors_shipped_with_other_points", number, "", len(fitted.factors))


def _published_auc(variant: str) -> float:
    return PUBLISHED_INSPECTOR if variant == "with_inspector" else PUBLISHED_HISTORY


def _choice_rows(data: Backtest) -> Iterator[dict[str, Any]]:
    """The rows of how the ways did on the half year before the test: by this the way is chosen."""
    told, found = data.factors_and_findings(CHOICE_START, TEST_START)
    for variant in VARIANTS:
        for way, fitted in _fit_functions_by_name(variant).items():
            model = fitted(*data.factors_and_findings(TRAINING_START, CHOICE_START))
            value = auc(model.score(told), found)
            yield result_row(f"backtest.choice.{variant}.{way}.auc", value, "", len(found))


def _ranking_rows(
    data: Backtest, model: Model, name: str, published: float = PUBLISHED_HISTORY
) -> Iterator[dict[str, Any]]:
    """The rows for visits that are ranked as each stood on its own day."""
    told, found = data.factors_and_findings(TEST_START, WINDOWS[-1])
    score, size = model.score(told), len(found)
    low, high = auc_interval(score, found)
    yield result_row(f"{name}.auc", auc(score, found), "", size, "published", published)
    yield result_row(f"{name}.auc_low", low, "", size)
    yield result_row(f"{name}.auc_high", high, "", size)
    for top in (0.1, 0.2, 0.5):
        share = share_of_findings(score, found, top)
        yield result_row(f"{name}.found_in_top_{top:.0%}", share, "", size, "chance", top)


def _plan_rows(data: Backtest, model: Model, name: str) -> Iterator[dict[str, Any]]:
    """The rows for plans made once, at the start: what was found after that day plays no part."""
    for plan, days in (("plan_6_months", WINDOWS[:: len(WINDOWS) - 1]), ("plan_2_months", WINDOWS)):
        windows = pairwise(days)
        parts = [_sum_plan(data, model, first, last) for first, last in windows]
        told = {key: sum(part[key] for part in parts) for key in parts[0]}
        found = told["found"]
        yield result_row(f"{name}.{plan}.days_gained", told["days"] / found, "days", round(found))
        half, usual = told["first_half"] / found, told["usual"] / found
        yield result_row(
            f"{name}.{plan}.found_in_first_half", half, "", round(found), "order then in use", usual
        )


def _sum_plan(data: Backtest, model: Model, first: int, last: int) -> dict[str, float]:
    """The sums over the findings of one plan, beside the order that the visits really had."""
    rows = np.flatnonzero(data.select_rows(first, last))
    score = model.score(compute_factors_on(data.series, first, rows))
    found, day = data.series.critical[rows], data.series.day[rows]
    number = float(found.sum())
    return {
        "found": number,
        "days": mean_days_gained(score, found, day) * number,
        "first_half": share_of_findings(score, found, 0.5) * number,
        "usual": share_in_first_half(found, day) * number,
    }


def _chance_rows(data: Backtest) -> list[dict[str, Any]]:
    """The rows of an order drawn by lot."""
    found = data.factors_and_findings(TEST_START, WINDOWS[-1])[1]
    lot = np.random.default_rng(3).random(len(found))
    return [
        result_row("backtest.chance.auc", auc(lot, found), "", len(found)),
        result_row(
            "backtest.chance.found_in_top_20%", share_of_findings(lot, found, 0.2), "", len(found)
        ),
    ]
