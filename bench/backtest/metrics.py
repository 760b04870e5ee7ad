"""How well an order of inspections finds what there is to find: the metrics."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import roc_auc_score

from bench.backtest.series import Column


def auc(score: Column, found: Column) -> float:
    """The chance that a visit with a finding has the higher score than one without."""
    return float(roc_auc_score(found, score))


def auc_interval(score: Column, found: Column, draws: int = 200) -> tuple[float, float]:
    """90 % interval of ``auc`` by the bootstrap over visits."""
    random = np.random.default_rng(1)
    picks = (random.integers(0, len(found), len(found)) for _ in range(draws))
    drawn = [auc(score[pick], found[pick]) for pick in picks]
    low, high = np.quantile(drawn, [0.05, 0.95])
    return float(low), float(high)


def share_of_findings(score: Column, found: Column, top: float) -> float:
    """The share of all findings among the ``top`` share of visits with the highest scores."""
    highest = _order_by_score(score)[: round(len(score) * top)]
    return float(found[highest].sum() / found.sum())


def mean_days_gained(score: Column, found: Column, day: Column) -> float:
    """Mean days by which findings come earlier when the same visits go by score.

    As many visits on each day as there were; the highest scores take the first days.
    """
    gained = np.empty(len(day))
    order = _order_by_score(score)
    gained[order] = day[order] - np.sort(day)
    return float(gained[found == 1].mean())


def share_in_first_half(found: Column, day: Column) -> float:
    """The share of findings in the first half of the visits in the order that they really had."""
    order = np.argsort(day, kind="stable")
    return float(found[order[: len(order) // 2]].sum() / found.sum())


def _order_by_score(score: Column) -> Column:
    """The rows by falling score; equal ones in an order of chance, lest the old order help."""
    chance = np.random.default_rng(2).random(len(score))
    return np.lexsort((chance, -score))
