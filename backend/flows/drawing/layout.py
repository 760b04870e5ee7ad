"""Where the nodes of a flow stand in its picture: in rows by the longest way from the start.

A way that passes rows gets a point in each of them, so that it runs beside the nodes there; in a
row, nodes and points are sorted by the mean of those to which they are bound (Sugiyama's method).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from backend.flows.drawing.ways import Way

Spot = tuple[str, ...]
"""A node by its name; a point of a way by its source, its target and its row."""

_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """Column (in halves of a node's width) and row of each spot, and the spots of each way down."""

    spots: dict[Spot, tuple[float, int]]
    paths: dict[tuple[str, str], list[Spot]]


def lay_out(names: list[str], ways: list[Way]) -> Layout:
    """The layout of these nodes and of the ways that lead down between them."""
    down = [way for way in ways if not way.back]
    rows_of = _rank_by_depth(names, down)
    paths = {(way.source, way.target): _spots_of_way(way, rows_of) for way in down}
    rows: list[list[Spot]] = [[] for _ in range(max(rows_of.values()) + 1)]
    for name in names:
        rows[rows_of[name]].append((name,))
    for path in paths.values():
        for spot in path[1:-1]:
            rows[int(spot[2])].append(spot)
    _sort_rows(rows, [pair for path in paths.values() for pair in itertools.pairwise(path)])
    return Layout(_place_spots(rows), paths)


def _rank_by_depth(names: list[str], down: list[Way]) -> dict[str, int]:
    ranks = dict.fromkeys(names, 0)
    for _ in names:
        for way in down:
            ranks[way.target] = max(ranks[way.target], ranks[way.source] + 1)
    return ranks


def _spots_of_way(way: Way, rows_of: dict[str, int]) -> list[Spot]:
    between = range(rows_of[way.source] + 1, rows_of[way.target])
    points = [(way.source, way.target, str(row)) for row in between]
    return [(way.source,), *points, (way.target,)]


def _sort_rows(rows: list[list[Spot]], pairs: list[tuple[Spot, Spot]]) -> None:
    above: dict[Spot, list[Spot]] = {}
    below: dict[Spot, list[Spot]] = {}
    for upper, lower in pairs:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    for sweep in range(_SWEEPS):
        neighbours, order = (below, reversed(rows)) if sweep % 2 else (above, iter(rows))
        columns = {spot: index - len(row) / 2 for row in rows for index, spot in enumerate(row)}
        for row in order:
            row.sort(key=lambda spot: _mean_column(neighbours.get(spot, [spot]), columns))
            columns |= {spot: index - len(row) / 2 for index, spot in enumerate(row)}


def _mean_column(spots: Iterable[Spot], columns: dict[Spot, float]) -> float:
    found = [columns[spot] for spot in spots]
    return sum(found) / len(found)


def _place_spots(rows: list[list[Spot]]) -> dict[Spot, tuple[float, int]]:
    """Each row side by side about the middle; a point of a way takes less room than a node."""
    placed: dict[Spot, tuple[float, int]] = {}
    for number, row in enumerate(rows):
        widths = [2.0 if len(spot) == 1 else 1.5 for spot in row]
        left = -sum(widths) / 2
        for spot, width in zip(row, widths, strict=True):
            placed[spot] = (left + width / 2, number)
            left += width
    return placed
