"""Fills ``Region`` from the files in ``geo/data``; their origin stands in ``SOURCES.md`` there."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import transaction

from geo.models import FormerName, Region

DATA = Path(__file__).with_name("data")
BEGINNING = dt.date(1949, 10, 1)
_LEVELS = {
    "province": Region.Level.PROVINCE,
    "prefecture": Region.Level.CITY,
    "county": Region.Level.COUNTY,
    "stat_zone": Region.Level.ZONE,
}
_UPDATED = [
    "name",
    "level",
    "parent",
    "valid_from",
    "valid_to",
    "successor",
    "plate_letters",
    "dial_code",
    "boundary",
    "label_point",
]


@dataclass(frozen=True, slots=True)
class _Period:
    """One name of a code while it was in force; ``until`` is the first day it was not."""

    name: str
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a region lies, degrees of WGS-84."""

    boundary: MultiPolygon
    label_point: Point


@transaction.atomic
def load_regions() -> int:
    """Brings the table in line with the files and returns how many regions they hold.

    May be run again at any time: rows are updated in place, none is deleted, boundaries included.
    """
    history, shapes = _read_history(), _read_shapes()
    regions = [
        _build_region(row, history[row["code"]], shapes)
        for row in _read_rows("shandong_regions.csv")
    ]
    Region.objects.bulk_create(
        regions, update_conflicts=True, unique_fields=["code"], update_fields=_UPDATED
    )
    former = [
        FormerName(region_id=code, name=past.name, valid_from=past.since, valid_to=past.until)
        for code, periods in history.items()
        for past in periods[:-1]
        if past.until is not None
    ]
    FormerName.objects.filter(region__in=history).delete()
    FormerName.objects.bulk_create(former)
    return len(regions)


def _read_rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def _read_history() -> dict[str, list[_Period]]:
    """The periods of each code, oldest first."""
    periods: dict[str, list[_Period]] = defaultdict(list)
    for row in _read_rows("region_history.csv"):
        since = dt.date.fromisoformat(row["valid_from"]) if row["valid_from"] else BEGINNING
        until = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        periods[row["code"]].append(_Period(row["name"], since, until))
    for known in periods.values():
        known.sort(key=lambda period: period.since)
    return periods


@cache
def _read_shapes() -> dict[str, _Shape]:
    """The boundary and the label point of each code that has them."""
    collection = json.loads((DATA / "shandong_admin.geojson").read_text(encoding="utf-8"))
    return {
        feature["properties"]["code"]: _build_shape(feature["geometry"], feature["properties"])
        for feature in collection["features"]
    }


def _build_shape(geometry: dict[str, object], properties: dict[str, float]) -> _Shape:
    boundary = GEOSGeometry(json.dumps(geometry), srid=4326)
    assert isinstance(boundary, MultiPolygon)
    label = Point(properties["label_lng"], properties["label_lat"], srid=4326)
    return _Shape(boundary, label)


def _build_region(row: dict[str, str], periods: list[_Period], shapes: dict[str, _Shape]) -> Region:
    shape = shapes.get(row["code"])
    return Region(
        code=row["code"],
        name=periods[-1].name,
        level=_LEVELS[row["level"]],
        parent_id=row["parent"] or None,
        valid_from=periods[0].since,
        valid_to=periods[-1].until,
        successor_id=row["successor"] or None,
        plate_letters=_parse_plate_letters(row["plate_letter"]),
        dial_code=row["dial_code"],
        boundary=shape.boundary if shape else None,
        label_point=shape.label_point if shape else None,
    )


def _parse_plate_letters(text: str) -> str:
    """``鲁B(U)`` -> ``BU``: the letters without the province, those in brackets being later ones."""
    return "".join(char for char in text if "A" <= char <= "Z")
