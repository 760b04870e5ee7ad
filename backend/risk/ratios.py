"""How often units of a group failed, against what is usual for their like, in percent.

Groups are the cells of the map, the makers, the maintainers and the models, each within a species
(the first two digits of the category), so that a lift is compared with lifts. The failures of a
group are drawn towards the usual by empirical Bayes (``shrinkage.prior_exposure``): one failure of
one inspection says little, thirty of sixty much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from backend.risk.shrinkage import prior_exposure
from geo.pyramid import morton_code, tile_of_cell

LEVEL = 14
"""The level of the cells: squares of about two kilometres in Shandong."""

Group = tuple[str, str]
"""A species, and the key of the group in it: a cell's number, a name."""
Counted = Mapping[Group, tuple[int, int]]
"""Of each group how many inspections there were, and how many of them failed."""


def failure_ratios(counted: Counted) -> dict[Group, int]:
    """The ratio of each group, 100 being usual; empty when they differ only by chance."""
    failed, expected, prior = _expected_failures(counted)
    return _shrink_ratios(failed, expected, prior)


def failure_ratios_with_neighbours(counted: Counted) -> dict[Group, int]:
    """The ratio of each cell, where a neighbour counts half and a diagonal one a quarter."""
    failed, expected, prior = _expected_failures(counted)
    return _shrink_ratios(_spread_to_neighbours(failed), _spread_to_neighbours(expected), prior)


SumByGroup = dict[Group, float]


def _expected_failures(counted: Counted) -> tuple[SumByGroup, SumByGroup, float | None]:
    """Failures, those to expect by the species' own rate, and the weight of the usual."""
    inspected: dict[str, int] = defaultdict(int)
    failures: dict[str, int] = defaultdict(int)
    for (species, _key), (number, failed) in counted.items():
        inspected[species] += number
        failures[species] += failed
    found = {group: float(failed) for group, (_number, failed) in counted.items()}
    expected = {
        group: number * failures[group[0]] / inspected[group[0]]
        for group, (number, _failed) in counted.items()
        if number
    }
    rows = [group for group, value in expected.items() if value]
    prior = prior_exposure([found[row] for row in rows], [expected[row] for row in rows])
    return {row: found[row] for row in rows}, {row: expected[row] for row in rows}, prior


def _shrink_ratios(
    failed: SumByGroup, expected: SumByGroup, prior: float | None
) -> dict[Group, int]:
    if prior is None:
        return {}
    return {
        group: round(100 * (prior + failed[group]) / (prior + number))
        for group, number in expected.items()
    }


def _spread_to_neighbours(sums: SumByGroup) -> SumByGroup:
    spread: SumByGroup = defaultdict(float)
    for (species, cell), value in sums.items():
        for neighbour, weight in _weighted_neighbours(cell):
            spread[species, neighbour] += weight * value
    return spread


@cache
def _weighted_neighbours(cell: str) -> tuple[tuple[str, float], ...]:
    """The cell and the eight about it, with their weights."""
    size = 1 << LEVEL
    tile = tile_of_cell(LEVEL, int(cell))
    columns = [(tile.x + step, 0.5 ** abs(step)) for step in (-1, 0, 1)]
    rows = [(tile.y + step, 0.5 ** abs(step)) for step in (-1, 0, 1)]
    return tuple(
        (str(morton_code(x, y)), across * down)
        for x, across in columns
        for y, down in rows
        if 0 <= x < size and 0 <= y < size
    )
