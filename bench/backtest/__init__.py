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

from bench.backtest.factors import Factors, factors, factors_on
from bench.backtest.measures import auc, auc_interval, days_gained, first_half, share_found
from bench.backtest.models import Model, boosted, card, logistic
from bench.backtest.series import Column, Series, ordinal, read
from bench.backtest.shipped import CLASSES, analogues, differing, fit, shipped
from bench.callers import row

OWN_SERVERS = True  # in fact none

START = ordinal("2012-01-01")  # before it, too little is known of anything
CHOICE = ordinal("2013-09-01")
TEST = ordinal("2014-03-01")
WINDOWS = tuple(ordinal(day) for day in ("2014-03-01", "2014-05-01", "2014-07-01", "2014-09-01"))

HISTORY = ("age", "since", "last", "repeats", "fails", "share", "minor")
WITHOUT = (*HISTORY, "near", "kind", "hazard", "warm")
WITH = (*WITHOUT, "inspector")
Fit = Callable[[Factors, Column], Model]
VARIANTS = {
    "without_inspector": (WITHOUT, CLASSES),
    "with_inspector": (WITH, (*CLASSES, "inspector")),
}
"""The factors of the free ways, and what the shipped kind has beside the factors of its file."""
PLANNED = ("shipped", "card")
SIMPLE = {"age": ("age",), "last_result": ("last",), "history": HISTORY}
PUBLISHED_HISTORY = 0.57
PUBLISHED_INSPECTOR = 0.68


@dataclass(frozen=True)
class Data:
    """The series with the factors as they stood on the day of each inspection."""

    series: Series
    factors: Factors

    def between(self, first: int, last: int) -> tuple[Factors, Column]:
        """Factors and findings of the days ``first`` up to but without ``last``."""
        rows = self.rows(first, last)
        told = {name: values[rows] for name, values in self.factors.items()}
        return told, self.series.critical[rows]

    def rows(self, first: int, last: int) -> Column:
        """Which rows lie there."""
        return np.asarray((self.series.day >= first) & (self.series.day < last))


def run() -> list[dict[str, Any]]:
    """The figures, as rows of the table."""
    series = read()
    data = Data(series, factors(series))
    rows = [*_choice(data)]
    for variant in VARIANTS:
        for way, fitted in _ways(variant).items():
            model = fitted(*data.between(START, TEST))
            rows += _tested(data, model, f"backtest.{variant}.{way}", _published(variant))
            if way in PLANNED:
                rows += _planned(data, model, f"backtest.{variant}.{way}")
    for name, names in SIMPLE.items():
        rows += _tested(data, logistic(*data.between(START, TEST), names), f"backtest.{name}_alone")
    return [*rows, *_chance(data), _as_fitted(data)]


def _ways(variant: str) -> dict[str, Fit]:
    names, own = VARIANTS[variant]
    return {
        "shipped": partial(fit, drafts=analogues(shipped()), own=own),
        "card": partial(card, names=names),
        "logistic": partial(logistic, names=names),
        "boosted": partial(boosted, names=names),
    }


def _as_fitted(data: Data) -> dict[str, Any]:
    """Whether the points of the shipped file are those that the fit gives; 0 is right."""
    model = shipped()
    fitted = fit(*data.between(START, TEST), analogues(model), CLASSES)
    number = len(differing(fitted, model))
    return row("backtest.factors_shipped_with_other_points", number, "", len(fitted.factors))


def _published(variant: str) -> float:
    return PUBLISHED_INSPECTOR if variant == "with_inspector" else PUBLISHED_HISTORY


def _choice(data: Data) -> Iterator[dict[str, Any]]:
    """How the ways did on the half year before the test: by this the way is chosen."""
    told, found = data.between(CHOICE, TEST)
    for variant in VARIANTS:
        for way, fitted in _ways(variant).items():
            model = fitted(*data.between(START, CHOICE))
            value = auc(model.score(told), found)
            yield row(f"backtest.choice.{variant}.{way}.auc", value, "", len(found))


def _tested(
    data: Data, model: Model, name: str, published: float = PUBLISHED_HISTORY
) -> Iterator[dict[str, Any]]:
    """Of visits ranked as each stood on its own day."""
    told, found = data.between(TEST, WINDOWS[-1])
    score, size = model.score(told), len(found)
    low, high = auc_interval(score, found)
    yield row(f"{name}.auc", auc(score, found), "", size, "published", published)
    yield row(f"{name}.auc_low", low, "", size)
    yield row(f"{name}.auc_high", high, "", size)
    for top in (0.1, 0.2, 0.5):
        share = share_found(score, found, top)
        yield row(f"{name}.found_in_top_{top:.0%}", share, "", size, "chance", top)


def _planned(data: Data, model: Model, name: str) -> Iterator[dict[str, Any]]:
    """Of plans made once, at the start: what was found after that day plays no part."""
    for plan, days in (("plan_6_months", WINDOWS[:: len(WINDOWS) - 1]), ("plan_2_months", WINDOWS)):
        windows = pairwise(days)
        parts = [_replanned(data, model, first, last) for first, last in windows]
        told = {key: sum(part[key] for part in parts) for key in parts[0]}
        found = told["found"]
        yield row(f"{name}.{plan}.days_gained", told["days"] / found, "days", round(found))
        half, usual = told["first_half"] / found, told["usual"] / found
        yield row(
            f"{name}.{plan}.found_in_first_half", half, "", round(found), "order then in use", usual
        )


def _replanned(data: Data, model: Model, first: int, last: int) -> dict[str, float]:
    """Sums over the findings of one plan, beside the order that the visits really had."""
    rows = np.flatnonzero(data.rows(first, last))
    score = model.score(factors_on(data.series, first, rows))
    found, day = data.series.critical[rows], data.series.day[rows]
    number = float(found.sum())
    return {
        "found": number,
        "days": days_gained(score, found, day) * number,
        "first_half": share_found(score, found, 0.5) * number,
        "usual": first_half(found, day) * number,
    }


def _chance(data: Data) -> list[dict[str, Any]]:
    """What an order drawn by lot does."""
    found = data.between(TEST, WINDOWS[-1])[1]
    lot = np.random.default_rng(3).random(len(found))
    return [
        row("backtest.chance.auc", auc(lot, found), "", len(found)),
        row("backtest.chance.found_in_top_20%", share_found(lot, found, 0.2), "", len(found)),
    ]
