"""The inspections of the series as columns, in the order of their days."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import math
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from backend.risk.ratios import LEVEL
from geo.pyramid import morton_code

SERIES_FILE = Path(__file__).parents[1] / "data" / "chicago_food_inspections.csv.gz"
Column = np.ndarray[Any, Any]
METRES_PER_DEGREE = 111_320.0
CELL_METRES = 2000.0
"""As wide as the cells of ``backend.risk.ratios`` are on the ground in Shandong."""
CHICAGO_LATITUDE = math.radians(41.85)
HAZARD_BY_RISK_CLASS = {"Risk 1 (High)": 1, "Risk 2 (Medium)": 2, "Risk 3 (Low)": 3}


@dataclass(frozen=True)
class Series:
    """One inspection at each index. Days count as ``date.toordinal``; NaN is not known."""

    day: Column
    place: Column
    restaurant: Column
    hazard: Column  # 1 high, 2 medium, 3 low
    failed: Column
    critical: Column  # what is to be found: a critical violation, 0 or 1
    serious: Column
    minor: Column
    age: Column  # years
    x: Column  # metres
    y: Column
    cell: Column  # number of the square in which it lies, as text; empty if nobody knows where
    inspector: Column  # the group's name

    def __len__(self) -> int:
        return len(self.day)

    def species_and_cell(self, row: int) -> tuple[str, str]:
        """The group that takes the place of a species, and the cell."""
        return f"{self.restaurant[row]}{self.hazard[row]}", str(self.cell[row])

    def before(self, day: int) -> Series:
        """The part of the series that happened before ``day``."""
        rows = self.day < day
        return Series(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def with_values(self, rows: Column, **columns: Any) -> Series:
        """The same with other values at ``rows``."""
        return replace(
            self,
            **{name: np.where(rows, new, getattr(self, name)) for name, new in columns.items()},
        )


def read_series(file: Path = SERIES_FILE) -> Series:
    """The whole series."""
    with gzip.open(file, "rt", newline="") as lines:
        rows = sorted(
            (_parse_row(line) for line in csv.DictReader(lines)), key=lambda row: row["day"]
        )
    return Series(
        **{field.name: np.array([r[field.name] for r in rows]) for field in fields(Series)}
    )


def day_number(day: str) -> int:
    """The number by which the series counts an ISO day."""
    return dt.date.fromisoformat(day).toordinal()


def _parse_row(line: dict[str, str]) -> dict[str, Any]:
    x = _parse_number(line["longitude"]) * METRES_PER_DEGREE * math.cos(CHICAGO_LATITUDE)
    y = _parse_number(line["latitude"]) * METRES_PER_DEGREE
    return {
        "day": day_number(line["inspected_on"]),
        "place": int(line["unit_id"]),
        "restaurant": int(line["facility_type"] == "Restaurant"),
        "hazard": HAZARD_BY_RISK_CLASS[line["risk_class"]],
        "failed": int(line["result"] == "Fail"),
        "critical": int(int(line["critical_count"]) > 0),
        "serious": int(line["serious_count"]),
        "minor": int(line["minor_count"]),
        "age": _parse_number(line["age_years"]),
        "x": x,
        "y": y,
        "cell": _cell_number(x, y),
        "inspector": line["inspector_group"],
    }


def _cell_number(x: float, y: float) -> str:
    """The number of the cell, counted from somewhere far west and south: only which cells are
    neighbours matters."""
    if math.isnan(x) or math.isnan(y):
        return ""
    half = 1 << (LEVEL - 1)
    return str(morton_code(half + math.floor(x / CELL_METRES), half + math.floor(y / CELL_METRES)))


def _parse_number(text: str) -> float:
    return float(text) if text else math.nan
