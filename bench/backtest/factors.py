"""What was known of a place before it was inspected: nothing of that day, nothing after it.

The analogues of the factors in ``backend.risk``; what the series lacks (maintenance, tags,
accidents, deadlines) is left out.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from backend.risk.ratios import ratios_around
from bench.backtest.series import Column, Series

YEAR = 365.25
VISITS = 5.0
"""Visits' worth of the city's rate that a place's own share starts from."""
NEAR_METRES = 700.0
NEAR_DAYS = 180
NEIGHBOURS = 10.0
WARM = frozenset({5, 6, 7, 8, 9})
AROUND_DAYS = 180
"""``window_days`` of the factor ``around`` in the shipped file; see ``shipped``."""
Factors = dict[str, Column]
UNKNOWN = float("nan")


@dataclass
class _Known:
    """What the inspections before a day have told: the first ``rows`` of the series."""

    series: Series
    rows: int = 0
    visits: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, day: int) -> None:
        """Take in all that happened before ``day``."""
        until = int(np.searchsorted(self.series.day, day, side="left"))
        for row in range(self.rows, until):
            self.visits[int(self.series.place[row])].append(row)
        self.rows = max(self.rows, until)

    def rate(self) -> float:
        """Share of inspections that found something critical, with a start of 1 in 7."""
        found = self.series.critical[: self.rows].sum()
        return float((found + 10) / (self.rows + 70))


def factors(series: Series) -> Factors:
    """The factors at each row as they stood on its day."""
    known, parts = _Known(series), []
    for day in np.unique(series.day):
        known.learn(int(day))
        parts.append(_of_day(known, np.flatnonzero(series.day == day), int(day)))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def factors_on(series: Series, day: int, rows: Column) -> Factors:
    """The factors at ``rows`` as they stood on ``day``, when a plan was made for them."""
    known = _Known(series)
    known.learn(day)
    return _of_day(known, rows, day)


def _of_day(known: _Known, rows: Column, day: int) -> Factors:
    series, rate = known.series, known.rate()
    own = [_of_place(known, int(row), day, rate) for row in rows]
    columns = {name: np.array([facts[name] for facts in own]) for name in own[0]}
    return columns | {
        "kind": series.restaurant[rows].astype(float),
        "hazard": series.hazard[rows].astype(float),
        "species": (3 * series.restaurant[rows] + series.hazard[rows]).astype(float),
        "warm": np.full(len(rows), float(dt.date.fromordinal(day).month in WARM)),
        "near": _near(known, rows, day, rate),
        "around": _around(known, rows, day),
        "season": np.full(len(rows), float(dt.date.fromordinal(day).timetuple().tm_yday - 1)),
        "inspector": _inspector(known, rows, rate),
    }


def _of_place(known: _Known, row: int, day: int, rate: float) -> dict[str, float]:
    series, visits = known.series, known.visits.get(int(known.series.place[row]), [])
    found = sum(int(series.critical[visit]) for visit in visits)
    failed = sum(int(series.failed[visit]) for visit in visits)
    last = visits[-1] if visits else None
    return {
        "age": _age(series, [*visits, row], day),
        "since": UNKNOWN if last is None else (day - series.day[last]) / YEAR,
        "last": UNKNOWN if last is None else _severity(series, last),
        "repeats": float(found),
        "fails": float(failed),
        "share": (found + VISITS * rate) / (len(visits) + VISITS) / rate,
        "minor": UNKNOWN if last is None else float(series.minor[last]),
    }


def _age(series: Series, rows: list[int], day: int) -> float:
    """Years; carried forward, since the series stops telling it for most rows in 2014."""
    known = [row for row in rows if not np.isnan(series.age[row])]
    if not known:
        return UNKNOWN
    return float(series.age[known[-1]] + (day - series.day[known[-1]]) / YEAR)


def _severity(series: Series, row: int) -> float:
    """How the last visit ended: 0 clean, 1 serious violations, 2 failed, 3 critical ones."""
    if series.critical[row]:
        return 3.0
    return 2.0 if series.failed[row] else float(series.serious[row] > 0)


def _near(known: _Known, rows: Column, day: int, rate: float) -> Column:
    """The rate of critical findings around, by a Gaussian kernel, as a multiple of the city's."""
    series = known.series
    first = int(np.searchsorted(series.day, day - NEAR_DAYS))
    past = slice(first, max(known.rows, first))
    square = (series.x[rows][:, None] - series.x[past]) ** 2
    square += (series.y[rows][:, None] - series.y[past]) ** 2
    weight = np.nan_to_num(np.exp(-square / (2 * NEAR_METRES**2)))
    weight[series.place[rows][:, None] == series.place[past]] = 0
    found = weight @ series.critical[past] + NEIGHBOURS * rate
    return np.asarray(found / (weight.sum(axis=1) + NEIGHBOURS) / rate)


def _around(known: _Known, rows: Column, day: int) -> Column:
    """What ``backend.risk.rates`` tells of the cell of each row for its kind and class, in percent."""
    series = known.series
    first = int(np.searchsorted(series.day, day - AROUND_DAYS))
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    for row in range(first, max(known.rows, first)):
        if series.cell[row]:
            number, found = counted.get(series.group(row), (0, 0))
            counted[series.group(row)] = (number + 1, found + int(series.critical[row]))
    told = ratios_around(counted)
    return np.array([told.get(series.group(row), UNKNOWN) for row in rows], dtype=float)


def _inspector(known: _Known, rows: Column, rate: float) -> Column:
    """What the inspector's group found in its past, as a multiple of the city's rate."""
    series = known.series
    past = series.inspector[: known.rows]
    told = {}
    for group in np.unique(series.inspector[rows]):
        mine = series.critical[: known.rows][past == group]
        told[group] = (mine.sum() + 20 * rate) / (len(mine) + 20) / rate
    return np.array([told[group] for group in series.inspector[rows]])
