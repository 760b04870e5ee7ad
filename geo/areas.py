"""Areas that somebody draws: checked before the database sees them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from geo.datum import Datum, Position, convert_position

MOST_VERTICES = 10_000
MOST_KM2 = 20_000.0
"""A large prefecture city. Whole provinces are asked for by their region."""
_KM_PER_DEGREE = 111.195

Rings = list[list[Position]]


def parse_area(document: Any, datum: Datum = Datum.WGS84) -> MultiPolygon:
    """The area of a GeoJSON Polygon or MultiPolygon in degrees of ``datum``, in WGS-84.

    Raises Refused 400 and says why: no polygon, too many vertices, crossing itself, too large.
    """
    polygons = [
        [[convert_position(lng, lat, datum, Datum.WGS84) for lng, lat in ring] for ring in rings]
        for rings in _parse_polygons(document)
    ]
    square = sum(_polygon_km2(rings) for rings in polygons)
    if square > MOST_KM2:
        text = _("The area has %(size)d km²; at most %(most)d are answered.")
        raise _build_area_refusal("area-too-large", text % {"size": square, "most": MOST_KM2})
    area = MultiPolygon(*(Polygon(*rings) for rings in polygons), srid=4326)
    if not area.valid:
        text = _("The area crosses or overlaps itself: %(where)s.") % {"where": area.valid_reason}
        raise _build_area_refusal("area-not-simple", text)
    return area


def box_around(lng: float, lat: float, metres: float) -> Polygon:
    """A box of degrees that holds the circle; for an index to begin with."""
    up = metres / 1000 / _KM_PER_DEGREE * 1.01
    wide = up / max(0.01, math.cos(math.radians(min(89.0, abs(lat) + up))))
    return Polygon.from_bbox((lng - wide, lat - up, lng + wide, lat + up))


def _parse_polygons(document: Any) -> list[Rings]:
    if not isinstance(document, dict) or document.get("type") not in ("Polygon", "MultiPolygon"):
        raise _no_polygon_refusal()
    coordinates = document.get("coordinates")
    many = coordinates if document["type"] == "MultiPolygon" else [coordinates]
    budget = iter(range(MOST_VERTICES))
    if not isinstance(many, list) or not many:
        raise _no_polygon_refusal()
    return [_parse_rings(polygon, budget) for polygon in many]


def _parse_rings(polygon: Any, budget: Iterator[int]) -> Rings:
    if not isinstance(polygon, list) or not polygon:
        raise _no_polygon_refusal()
    rings = []
    for ring in polygon:
        if not isinstance(ring, list):
            raise _no_polygon_refusal()
        rings.append([_parse_position(vertex, budget) for vertex in ring])
        if len(ring) < 4 or rings[-1][0] != rings[-1][-1]:
            raise _build_area_refusal(
                "area-not-closed", _("Each ring needs four positions, the last the first.")
            )
    return rings


def _parse_position(vertex: Any, budget: Iterator[int]) -> Position:
    if next(budget, None) is None:
        text = _("The area has more than %(most)d vertices. Draw it more simply.")
        raise _build_area_refusal("area-too-fine", text % {"most": MOST_VERTICES})
    if not isinstance(vertex, list) or not 2 <= len(vertex) <= 3:
        raise _no_polygon_refusal()
    if not all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in vertex):
        raise _no_polygon_refusal()
    lng, lat = vertex[:2]
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        raise _build_area_refusal(
            "area-off-the-earth", _("Give degrees: longitude, then latitude.")
        )
    return float(lng), float(lat)


def _polygon_km2(rings: Rings) -> float:
    """The area in km² on a sphere drawn true to area (sinusoidal), holes taken off."""
    outer, *holes = (abs(_ring_km2(ring)) for ring in rings)
    return outer - sum(holes)


def _ring_km2(ring: list[Position]) -> float:
    flat = [
        (lng * math.cos(math.radians(lat)) * _KM_PER_DEGREE, lat * _KM_PER_DEGREE)
        for lng, lat in ring
    ]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(flat)) / 2


def _no_polygon_refusal() -> Refused:
    return _build_area_refusal("no-polygon", _("Give a GeoJSON Polygon or MultiPolygon."))


def _build_area_refusal(code: str, detail: str) -> Refused:
    return Refused(code, detail, field="area", status=400)
