"""Reference systems of OGC API – Features part 2: names, axis order, and the way in SQL."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Crs:
    """``north_first``: coordinates are given latitude first, as the registry of EPSG has them."""

    uri: str
    srid: int
    north_first: bool


CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, north_first=False)
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
# CGCS2000 and WGS-84 agree within centimetres: one is written for the other.
ALL_CRS = (
    CRS84,
    Crs(f"{_EPSG}4326", 4326, north_first=True),
    Crs(f"{_EPSG}3857", 3857, north_first=False),
    Crs(f"{_EPSG}4490", 4490, north_first=True),
)
_BY_URI = {crs.uri: crs for crs in ALL_CRS}


def get_crs(text: str, name: str) -> Crs:
    """The system that the parameter ``name`` asks for; raises ValidationError (400)."""
    if not text:
        return CRS84
    if text.strip("[]") not in _BY_URI:
        raise ValidationError({name: [_("Known: %(names)s.") % {"names": ", ".join(_BY_URI)}]})
    return _BY_URI[text.strip("[]")]


def geojson_sql(column: str, crs: Crs) -> str:
    """SQL for ``column`` (EPSG:4326) as GeoJSON coordinates of ``crs``."""
    if crs.srid == 3857:
        return f"ST_AsGeoJSON(ST_Transform({column}, 3857), 2, 0)"
    return f"ST_AsGeoJSON({f'ST_FlipCoordinates({column})' if crs.north_first else column}, 7, 0)"


def parse_bbox(text: str, crs: Crs) -> tuple[float, float, float, float]:
    """``bbox`` as west, south, east, north in the units of ``crs``; raises ValidationError."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[0:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise ValidationError({"bbox": [_("Give four numbers, or six with heights.")]})
    if crs.north_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    within = crs.srid == 3857 or (min(west, east) >= -180 and max(west, east) <= 180)
    if south > north or not within or (crs.srid == 3857 and west > east):
        raise ValidationError({"bbox": [_("These corners make no box.")]})
    return west, south, east, north
