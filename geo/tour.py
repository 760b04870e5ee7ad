"""An order in which to visit places: the nearest next, then bettered by 2-opt."""

from __future__ import annotations

import math
from collections.abc import Sequence

from geo.datum import Position

TOUR_METHOD = "nearest-neighbour, 2-opt; straight lines"
_EARTH_M = 6_371_008.8
_ROUNDS = 20


def metres_between(one: Position, other: Position) -> float:
    """The distance along the great circle, on a sphere: good to half a per cent."""
    west, south, east, north = map(math.radians, (*one, *other))
    chord = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    )
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def visiting_order(start: Position, places: Sequence[Position]) -> list[int]:
    """The indexes of ``places`` in a short order from ``start``; it does not lead back.

    Not the shortest, but no two legs of it cross: 2-opt turns parts round while that shortens it.
    Meant for some dozens of places.
    """
    points = [start, *places]
    away = [[metres_between(one, other) for other in points] for one in points]
    order = _nearest_next_order(away)
    for _round in range(_ROUNDS):
        if not _shorten_order(order, away):
            break
    return [index - 1 for index in order[1:]]


def tour_length_m(start: Position, places: Sequence[Position]) -> float:
    """The length in metres of the way through ``places`` in this order."""
    points = [start, *places]
    return sum(map(metres_between, points, points[1:]))


def _nearest_next_order(away: list[list[float]]) -> list[int]:
    order, left = [0], set(range(1, len(away)))
    while left:
        following = min(left, key=lambda index: (away[order[-1]][index], index))
        order.append(following)
        left.remove(following)
    return order


def _shorten_order(order: list[int], away: list[list[float]]) -> bool:
    """Turn parts of ``order`` round in one round over all pairs of legs; returns whether any was."""
    bettered = False
    last = len(order) - 1
    for first in range(1, last):
        for second in range(first + 1, last + 1):
            before = away[order[first - 1]][order[first]]
            after = away[order[first - 1]][order[second]]
            if second < last:
                before += away[order[second]][order[second + 1]]
                after += away[order[first]][order[second + 1]]
            if after < before - 1e-6:
                order[first : second + 1] = reversed(order[first : second + 1])
                bettered = True
    return bettered
