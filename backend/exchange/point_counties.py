"""The counties in which many points lie, asked of the database at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.gis.geos import Point
from django.db import connection

from geo.regions import WGS84_SRID, county_at

# As in geo.regions: a point on a border belongs to the lower code.
_COVERING = """
    SELECT place.number, min(region.code)
      FROM unnest(%s::int[], %s::float8[], %s::float8[]) AS place (number, lng, lat)
      JOIN geo_region region
        ON ST_Covers(region.boundary, ST_SetSRID(ST_MakePoint(place.lng, place.lat), 4326))
     WHERE region.level = 'county' AND region.valid_to IS NULL
     GROUP BY place.number
"""


def counties_of_points(points: Sequence[tuple[float, float]]) -> list[str | None]:
    """The county now in force at each point (WGS-84), by the rules of ``county_at``."""
    if not points:
        return []
    lngs, lats = [list(axis) for axis in zip(*points, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_COVERING, [list(range(len(points))), lngs, lats])
        found: dict[int, str] = dict(cursor.fetchall())
    return [found.get(number) or _find_county(point) for number, point in enumerate(points)]


def _find_county(point: tuple[float, float]) -> str | None:
    county = county_at(Point(*point, srid=WGS84_SRID))
    return county.pk if county else None
