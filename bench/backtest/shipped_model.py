"""The score as it is shipped: the factors of the model file, its bands and its whole points.

Of the file's factors those are tried that the series knows an analogue of; the rest (overdue
clocks, grades, accidents, maintenance, tags, who made it) has none and takes no part. The kinds of
places are not ours, so theirs get points of their own, and so do the inspectors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from sklearn.linear_model import LogisticRegression

from backend.risk.weights import DATA, Factor, Model, parse_model
from bench.backtest.factors import Factors
from bench.backtest.models import BAND_LIMITS, band_of_each
from bench.backtest.series import Column

VERSION = "2026-2"
ANALOGUES = ("last_conclusion", "past_failures", "defects_general", "around", "season")
"""Factors of the file whose points are fitted here."""
POINTS_PER_DOUBLING = 50
"""Points that double the odds: no neighbourhood outweighs the first day of an overdue inspection."""
SMOOTHING = 0.1
CONCLUSION_WORDS = ("pass", "basically", "repass", "repass")
"""How a last visit ended, in our words: who failed is open again, for he passed a re-inspection."""
NEVER_INSPECTED = "none"
OWN_FACTORS = ("species",)


def read_shipped_model() -> Model:
    """The model of the file of ``VERSION``."""
    file = DATA / f"model-{VERSION}.json"
    return parse_model(json.loads(file.read_text(encoding="utf-8")))


def list_testable_factors(model: Model) -> list[Factor]:
    """The factors of ``model`` that can be tried here; of conclusions those of a unit in use."""
    found = {factor.name: factor for factor in model.factors}
    last = found["last_conclusion"]
    met = {
        word: worth
        for word, worth in last.points.items()
        if word in (*CONCLUSION_WORDS, NEVER_INSPECTED)
    }
    found[last.name] = replace(last, points=met)
    return [found[name] for name in ANALOGUES]


@dataclass(frozen=True)
class FittedPoints:
    """Whole points by factor of the file, and by band of what is the series' own."""

    factors: Sequence[Factor]
    own: dict[str, tuple[int, ...]]

    def score(self, factors: Factors) -> Column:
        """The sum of the points; nothing for what is not known."""
        parts = [
            np.array([*points, 0])[band_of_each(name, factors[name])]
            for name, points in self.own.items()
        ]
        for factor in self.factors:
            parts += [worth * column for column, worth in _factor_terms(factor, factors)]
        return np.asarray(np.sum(parts, axis=0))


def fit_points(
    factors: Factors, found: Column, drafts: Sequence[Factor], own: Sequence[str]
) -> FittedPoints:
    """The drafts with points fitted by logistic regression and rounded; steps of 0 stay 0.

    What is not known has 0 by the form of the file; so the points of bands are about the usual.
    """
    columns = [column for factor in drafts for column, _worth in _factor_terms(factor, factors)]
    for name in own:
        columns += [
            band_of_each(name, factors[name]) == place
            for place in range(len(BAND_LIMITS[name]) + 1)
        ]
    table = np.column_stack(columns).astype(float)
    weights = LogisticRegression(C=SMOOTHING, max_iter=2000).fit(table, found).coef_[0]
    worth = iter([round(float(weight) * POINTS_PER_DOUBLING / np.log(2)) for weight in weights])
    filled = [_fill_points(factor, worth) for factor in drafts]
    return FittedPoints(
        filled, {n: tuple(next(worth) for _ in range(len(BAND_LIMITS[n]) + 1)) for n in own}
    )


def list_differing_factors(fitted: FittedPoints, model: Model) -> list[str]:
    """The factors whose points in the file are not those of the fit."""
    return [
        draft.name
        for draft, one in zip(list_testable_factors(model), fitted.factors, strict=True)
        if (draft.points, draft.steps, draft.each) != (one.points, one.steps, one.each)
    ]


def _factor_terms(factor: Factor, factors: Factors) -> Iterator[tuple[Column, int]]:
    """The columns that a factor adds up, each with what one of it is worth."""
    values = _factor_values(factor, factors)
    if factor.each:
        yield (
            np.minimum(np.nan_to_num(values.astype(float)), factor.most // factor.each),
            factor.each,
        )
    for text, worth in factor.points.items():
        yield values == text, worth
    for (at, worth), (end, _next) in pairwise([*factor.steps, (np.inf, 0)]):
        if worth:
            yield (values >= at) & (values < end), worth


def _factor_values(factor: Factor, factors: Factors) -> Column:
    """What the series has in place of the factor's measure."""
    if factor.name == "last_conclusion":
        last = factors["last"]
        words = np.array(CONCLUSION_WORDS)[np.nan_to_num(last).astype(int)]
        return np.where(np.isnan(last), NEVER_INSPECTED, words)
    names = {"past_failures": "repeats", "defects_general": "minor"}
    return factors[names.get(factor.name, factor.name)]


def _fill_points(factor: Factor, worth: Iterator[int]) -> Factor:
    if factor.each:
        each = next(worth)
        return replace(factor, each=each, most=each * (factor.most // factor.each))
    return replace(
        factor,
        points={text: next(worth) for text in factor.points},
        steps=tuple((at, next(worth) if points else 0) for at, points in factor.steps),
    )
