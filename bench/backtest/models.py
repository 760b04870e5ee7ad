"""Three ways to make a score of factors: a card of points, logistic regression, boosted trees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bench.backtest.factors import Factors
from bench.backtest.series import Column

BAND_LIMITS: dict[str, Sequence[float]] = {
    "age": (1, 3, 5, 8),
    "since": (0.5, 1, 1.5),
    "last": (1, 2, 3),
    "repeats": (1, 2),
    "fails": (1, 2, 3),
    "share": (0.9, 1.15, 1.5, 2),
    "minor": (3, 6),
    "near": (0.8, 1.0, 1.2, 1.5),
    "kind": (1,),
    "hazard": (2, 3),
    "species": (2, 3, 4, 5, 6),
    "warm": (1,),
    "inspector": (0.3, 0.6, 0.9, 1.2, 1.6, 2.2),
}
"""Where a factor's bands begin; below the first is band 0, and what is not known has its own."""
POINTS_PER_DOUBLING = 100
"""Points that double the odds."""


class Model(Protocol):
    """Scores rows; the higher the likelier a finding."""

    def score(self, factors: Factors) -> Column:
        """One number for each row."""


@dataclass(frozen=True)
class PointsCard:
    """Whole points for each band of each factor, to be added in one's head."""

    points: dict[str, tuple[int, ...]]

    def score(self, factors: Factors) -> Column:
        """The sum of the points; nothing for what is not known."""
        return sum(
            (
                np.array([*points, 0])[band_of_each(name, factors[name])]
                for name, points in self.points.items()
            ),
            start=np.zeros(len(next(iter(factors.values())))),
        )


@dataclass(frozen=True)
class FittedClassifier:
    """A classifier of scikit-learn over the numbers themselves."""

    classifier: LogisticRegression | HistGradientBoostingClassifier
    names: tuple[str, ...]

    def score(self, factors: Factors) -> Column:
        """The probability of a finding."""
        return np.asarray(self.classifier.predict_proba(_number_table(factors, self.names))[:, 1])


def band_of_each(name: str, values: Column) -> Column:
    """The band of each value; the number after the last for what is not known."""
    found = np.digitize(values, BAND_LIMITS[name])
    return np.where(np.isnan(values), len(BAND_LIMITS[name]) + 1, found)


def fit_points_card(
    factors: Factors, found: Column, names: Iterable[str], smooth: float = 0.05
) -> PointsCard:
    """Logistic regression over bands, rounded to points; the lowest band of a factor has 0."""
    names = tuple(names)
    columns = [(name, place) for name in names for place in range(len(BAND_LIMITS[name]) + 1)]
    bands = {name: band_of_each(name, factors[name]) for name in names}
    table = np.column_stack([bands[name] == place for name, place in columns]).astype(float)
    weights = LogisticRegression(C=smooth, max_iter=1000).fit(table, found).coef_[0]
    by_name: dict[str, list[float]] = {name: [] for name in names}
    for (name, _), weight in zip(columns, weights, strict=True):
        by_name[name].append(float(weight) * POINTS_PER_DOUBLING / np.log(2))
    return PointsCard(
        {name: tuple(round(p - min(points)) for p in points) for name, points in by_name.items()}
    )


def fit_logistic(factors: Factors, found: Column, names: Iterable[str]) -> FittedClassifier:
    """Logistic regression over the numbers."""
    names = tuple(names)
    classifier = LogisticRegression(C=0.3, max_iter=1000)
    return FittedClassifier(classifier.fit(_number_table(factors, names), found), names)


def fit_boosted_trees(factors: Factors, found: Column, names: Iterable[str]) -> FittedClassifier:
    """Gradient boosting over shallow trees: what the factors hold if nobody need explain it."""
    names = tuple(names)
    classifier = HistGradientBoostingClassifier(
        learning_rate=0.03, max_iter=200, max_leaf_nodes=8, l2_regularization=20, random_state=0
    )
    return FittedClassifier(classifier.fit(_number_table(factors, names), found), names)


def _number_table(factors: Factors, names: Iterable[str]) -> Column:
    """A column a factor on a common scale; what is not known stands at a usual value."""
    columns = []
    for name in names:
        values = factors[name]
        if name in {"share", "near", "inspector"}:
            values = np.log(values)
        columns.append(np.nan_to_num(values, nan=USUAL_VALUES.get(name, 0.0)))
    return np.column_stack(columns)


USUAL_VALUES = {"age": 4.0, "since": 1.0, "last": 1.0, "minor": 4.0}
