"""Where units stand: counties weighted by people, towns, streets, points inside the boundary."""

from __future__ import annotations

import csv
import random
import struct
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.contrib.gis.geos.prepared import PreparedGeometry

from backend.lib import clock
from geo.models import Region
from geo.regions import regions_in_force_on

DATA = Path(__file__).resolve().parents[3] / "geo" / "data"
_ROADS = ("人民路", "解放路", "建设路", "文化路", "泰山路", "黄河路", "工业路", "新华街", "府前街")
_SPREAD = 0.025
"""Half the side of the square of degrees that a town's units lie in, where the county is wide."""

_ROOM, _TRIES = 0.012, 6
_POINT = struct.Struct("<dd")


@dataclass(slots=True)
class Town:
    """A street office or town, and the square inside its county in which its units lie."""

    name: str
    lng: float
    lat: float
    spread: float

    def random_point(self, rng: random.Random) -> tuple[float, float]:
        """A random position in the square, rather near its middle."""
        draw, spread = rng.random, self.spread
        return (
            round(self.lng + spread * (draw() + draw() - 1), 6),
            round(self.lat + spread * (draw() + draw() - 1), 6),
        )


@dataclass(slots=True)
class County:
    """One county in force, with its share of the province's people."""

    code: str
    name: str
    city: str
    city_name: str
    letter: str
    people: int
    towns: list[Town]

    def random_address(self, rng: random.Random, town: Town) -> str:
        """A random address: city, county, town, road and number."""
        road = _ROADS[int(rng.random() * len(_ROADS))]
        return f"{self.city_name}{self.name}{town.name}{road}{1 + int(rng.random() * 399)}号"


def load_counties(seed: int) -> list[County]:
    """The counties now in force, by code."""
    regions = {
        region.code: region
        for region in regions_in_force_on(clock.today()).defer(None).filter(boundary__isnull=False)
    }
    people = {
        row["code"]: int(row["population_estimate"])
        for row in _read_csv_rows("county_density_proxy")
    }
    towns: dict[str, list[str]] = defaultdict(list)
    for row in _read_csv_rows("shandong_streets"):
        towns[row["area_code"]].append(row["name"])
    chosen = []
    for code in sorted(people):
        region = regions.get(code)
        if region is not None:
            chosen.append(_make_county(seed, region, regions, people[code], towns[code]))
    return chosen


def _make_county(
    seed: int, region: Region, regions: dict[str, Region], people: int, towns: list[str]
) -> County:
    rng = random.Random(f"{seed}/{region.code}")  # noqa: S311 - a repeatable province
    city = regions[f"{region.code[:4]}00"]
    assert region.boundary is not None
    boundary: MultiPolygon = region.boundary
    edge = boundary.boundary
    # Prepared once: the property builds the index anew at each reading.
    inside = boundary.prepared
    named = towns or ["城关街道"]
    return County(
        code=region.code,
        name=region.name,
        city=city.code,
        city_name=city.name,
        letter=city.plate_letters[:1] or "A",
        people=people,
        towns=[_make_town(name, rng, boundary, inside, edge) for name in named],
    )


def _make_town(
    name: str,
    rng: random.Random,
    boundary: MultiPolygon,
    inside: PreparedGeometry,
    edge: GEOSGeometry,
) -> Town:
    """A town somewhere in the county, of a few places the first that is well off the border.

    Half the diagonal of its square stays under the distance to the border, so that no point of
    the square need be asked again whether it lies inside.
    """
    room, tries = 0.0, 0
    while room < _ROOM and tries < _TRIES:
        tries += 1
        lng, lat = _random_point_inside(rng, boundary, inside)
        room = edge.distance(Point(lng, lat))
    return Town(name, lng, lat, min(_SPREAD, 0.7 * room))


def _random_point_inside(
    rng: random.Random, boundary: MultiPolygon, inside: PreparedGeometry
) -> tuple[float, float]:
    west, south, east, north = boundary.extent
    while True:
        lng, lat = rng.uniform(west, east), rng.uniform(south, north)
        if inside.contains(Point(lng, lat)):
            return round(lng, 6), round(lat, 6)


def point_ewkb(lng: float, lat: float) -> str:
    """A point of EPSG:4326 as PostGIS reads it in COPY."""
    return "0101000020E6100000" + _POINT.pack(lng, lat).hex()


def line_ewkb(points: list[tuple[float, float]]) -> str:
    """A line of EPSG:4326 as PostGIS reads it in COPY."""
    body = "".join(_POINT.pack(*point).hex() for point in points)
    return "0102000020E6100000" + struct.pack("<I", len(points)).hex() + body


def _read_csv_rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
