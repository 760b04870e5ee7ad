"""The space-time permutation scan statistic (Kulldorff et al., PLoS Medicine 2005, 2(3): e59).

It needs cases alone, no count of people: for every circle of places around a place, and every span
of days that ends on the last day, it asks whether more cases fell there than the totals of those
places and of those days would bring together. What the greatest of so many looks would be by chance
is found by shuffling the days among the cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntegerArray = NDArray[np.int64]


@dataclass(frozen=True)
class Cluster:
    """A circle of places and a span of days with more cases than chance would bring."""

    places: tuple[int, ...]
    """Places by their rows, the centre first."""
    days: int
    """How many days it lasts, to the last one."""
    observed: int
    expected: float
    p: float
    """The share of shuffles that had a cluster as great anywhere."""


@dataclass(frozen=True)
class Scan:
    """What is looked through."""

    places: IntegerArray
    """The place of each case, by its row in ``nearest``."""
    days: IntegerArray
    """The day of each case, counted backwards from the last day, which is 0."""
    span: int
    """How many days there are in all."""
    nearest: IntegerArray
    """For each place the rows of the places around it, itself first: places × reach."""
    longest: int
    """The longest span of days looked at."""


def detect_clusters(
    scan: Scan, *, shuffles: int = 999, seed: int = 0, most_p: float = 0.05
) -> list[Cluster]:
    """The clusters that chance brings in at most ``most_p`` of all shuffles, greatest first; no two share a place."""
    total = len(scan.places)
    if total == 0:
        return []
    expected = _expect_in_cylinders(scan, total)
    observed = _count_in_cylinders(scan, scan.days)
    ratios = _log_likelihood_ratios(observed, expected, total)
    chance = _draw_greatest_by_chance(scan, expected, shuffles, seed)
    found: list[Cluster] = []
    taken: set[int] = set()
    for flat in np.argsort(ratios, axis=None)[::-1]:
        place = np.unravel_index(flat, ratios.shape)
        p = (1 + int(np.sum(chance >= ratios[place]))) / (shuffles + 1)
        if ratios[place] <= 0 or p > most_p:
            break
        circle = tuple(int(row) for row in scan.nearest[place[0], : place[1] + 1])
        if taken.isdisjoint(circle):
            taken.update(circle)
            found.append(_build_cluster(circle, place, observed, expected, p))
    return found


def _build_cluster(
    circle: tuple[int, ...],
    place: Sequence[np.intp],
    observed: IntegerArray,
    expected: NDArray[np.float64],
    p: float,
) -> Cluster:
    return Cluster(
        places=circle,
        days=int(place[2]) + 1,
        observed=int(observed[tuple(place)]),
        expected=float(expected[tuple(place)]),
        p=p,
    )


def _count_in_cylinders(scan: Scan, days: IntegerArray) -> IntegerArray:
    """Cases by centre, number of places in the circle, and number of days: centres × reach × longest."""
    recent = days < scan.longest
    cells = scan.places[recent] * scan.longest + days[recent]
    size = len(scan.nearest) * scan.longest
    grid = np.bincount(cells, minlength=size).reshape(len(scan.nearest), scan.longest)
    by_days = np.cumsum(grid, axis=1)
    return np.cumsum(by_days[scan.nearest], axis=1, dtype=np.int64)


def _expect_in_cylinders(scan: Scan, total: int) -> NDArray[np.float64]:
    """The cases that place and day together would bring, if they had nothing to do with each other."""
    of_place = np.bincount(scan.places, minlength=len(scan.nearest))
    of_day = np.bincount(scan.days, minlength=scan.span)[: scan.longest]
    of_circle = np.cumsum(of_place[scan.nearest], axis=1)
    return of_circle[:, :, None] * np.cumsum(of_day)[None, None, :] / total


def _log_likelihood_ratios(
    observed: IntegerArray, expected: NDArray[np.float64], total: int
) -> NDArray[np.float64]:
    ratios = np.zeros(observed.shape)
    more = observed > expected
    inside, wanted = observed[more].astype(float), expected[more]
    outside, rest = total - inside, total - wanted
    ratio = inside * np.log(inside / wanted)
    some = outside > 0
    ratio[some] += outside[some] * np.log(outside[some] / rest[some])
    ratios[more] = ratio
    return ratios


def _draw_greatest_by_chance(
    scan: Scan, expected: NDArray[np.float64], shuffles: int, seed: int
) -> NDArray[np.float64]:
    """The greatest ratio of each shuffle of the days among the cases."""
    draw = np.random.default_rng(seed)
    total = len(scan.places)
    greatest = np.empty(shuffles)
    for turn in range(shuffles):
        counts = _count_in_cylinders(scan, draw.permutation(scan.days))
        greatest[turn] = _log_likelihood_ratios(counts, expected, total).max()
    return greatest
