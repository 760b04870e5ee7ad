"""What was known of a place before it was inspected: nothing of that day, nothing after it.

The analogues of the factors in ``backend.risk``; what the series lacks (maintenance, tags,
accidents, deadlines) is left out.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from backend.risk.ratios import failure_ratios_with_neighbours
from bench.backtest.series import Column, Series

DAYS_PER_YEAR = 365.25
START_VISITS = 5.0
"""Visits' worth of the city's rate that a place's own share starts from."""
NEAR_METRES = 700.0
NEAR_DAYS = 180
START_NEIGHBOURS = 10.0
WARM_MONTHS = frozenset({5, 6, 7, 8, 9})
AROUND_DAYS = 180
"""``window_days`` of the factor ``around`` in the shipped file; see ``shipped``."""
Factors = dict[str, Column]
UNKNOWN = float("nan")


@dataclass
class _KnownPast:
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

    def finding_rate(self) -> float:
        """Share of inspections that found something critical, with a start of 1 in 7."""
        found = self.series.critical[: self.rows].sum()
        return float((found + 10) / (self.rows + 70))


def compute_factors(series: Series) -> Factors:
    """The factors at each row as they stood on its day."""
    known, parts = _KnownPast(series), []
    for day in np.unique(series.day):
        known.learn(int(day))
        parts.append(_compute_for_rows(known, np.flatnonzero(series.day == day), int(day)))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def compute_factors_on(series: Series, day: int, rows: Column) -> Factors:
    """The factors at ``rows`` as they stood on ``day``, when a plan was made for them."""
    known = _KnownPast(series)
    known.learn(day)
    return _compute_for_rows(known, rows, day)


def _compute_for_rows(known: _KnownPast, rows: Column, day: int) -> Factors:
    series, rate = known.series, known.finding_rate()
    own = [_compute_for_place(known, int(row), day, rate) for row in rows]
    columns = {name: np.array([facts[name] for facts in own]) for name in own[0]}
    return columns | {
        "kind": series.restaurant[rows].astype(float),
        "hazard": series.hazard[rows].astype(float),
        "species": (3 * series.restaurant[rows] + series.hazard[rows]).astype(float),
        "warm": np.full(len(rows), float(dt.date.fromordinal(day).month in WARM_MONTHS)),
        "near": _rates_nearby(known, rows, day, rate),
        "around": _ratios_of_cells(known, rows, day),
        "season": np.full(len(rows), float(dt.date.fromordinal(day).timetuple().tm_yday - 1)),
        "inspector": _ratios_of_inspectors(known, rows, rate),
    }


def _compute_for_place(known: _KnownPast, row: int, day: int, rate: float) -> dict[str, float]:
    series, visits = known.series, known.visits.get(int(known.series.place[row]), [])
    found = sum(int(series.critical[visit]) for visit in visits)
    failed = sum(int(series.failed[visit]) for visit in visits)
    last = visits[-1] if visits else None
    return {
        "age": _age_in_years(series, [*visits, row], day),
        "since": UNKNOWN if last is None else (day - series.day[last]) / DAYS_PER_YEAR,
        "last": UNKNOWN if last is None else _severity_of_visit(series, last),
        "repeats": float(found),
        "fails": float(failed),
        "share": (found + START_VISITS * rate) / (len(visits) + START_VISITS) / rate,
        "minor": UNKNOWN if last is None else float(series.minor[last]),
    }


def _age_in_years(series: Series, rows: list[int], day: int) -> float:
    """The age in years, carried forward, since the series stops telling it for most rows in
    2014."""
    known = [row for row in rows if not np.isnan(series.age[row])]
    if not known:
        return UNKNOWN
    return float(series.age[known[-1]] + (day - series.day[known[-1]]) / DAYS_PER_YEAR)


def _severity_of_visit(series: Series, row: int) -> float:
    """How the last visit ended: 0 clean, 1 serious violations, 2 failed, 3 critical ones."""
    if series.critical[row]:
        return 3.0
    return 2.0 if series.failed[row] else float(series.serious[row] > 0)


def _rates_nearby(known: _KnownPast, rows: Column, day: int, rate: float) -> Column:
    """The rate of critical findings around, by a Gaussian kernel, as a multiple of the city's."""
    series = known.series
    first = int(np.searchsorted(series.day, day - NEAR_DAYS))
    past = slice(first, max(known.rows, first))
    square = (series.x[rows][:, None] - series.x[past]) ** 2
    square += (series.y[rows][:, None] - series.y[past]) ** 2
    weight = np.nan_to_num(np.exp(-square / (2 * NEAR_METRES**2)))
    weight[series.place[rows][:, None] == series.place[past]] = 0
    found = weight @ series.critical[past] + START_NEIGHBOURS * rate
    return np.asarray(found / (weight.sum(axis=1) + START_NEIGHBOURS) / rate)


def _ratios_of_cells(known: _KnownPast, rows: Column, day: int) -> Column:
    """What ``backend.risk.rates`` tells of the cell of each row for its kind and class, in percent."""
    series = known.series
    first = int(np.searchsorted(series.day, day - AROUND_DAYS))
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    for row in range(first, max(known.rows, first)):
        if series.cell[row]:
            number, found = counted.get(series.species_and_cell(row), (0, 0))
            counted[series.species_and_cell(row)] = (number + 1, found + int(series.critical[row]))
    told = failure_ratios_with_neighbours(counted)
    return np.array([told.get(series.species_and_cell(row), UNKNOWN) for row in rows], dtype=float)


def _ratios_of_inspectors(known: _KnownPast, rows: Column, rate: float) -> Column:
    """What the inspector's group found in its past, as a multiple of the city's rate."""
    series = known.series
    past = series.inspector[: known.rows]
    told = {}
    for group in np.unique(series.inspector[rows]):
        mine = series.critical[: known.rows][past == group]
        told[group] = (mine.sum() + 20 * rate) / (len(mine) + 20) / rate
    return np.array([told[group] for group in series.inspector[rows]])
