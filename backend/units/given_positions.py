"""Positions and routes as somebody gives them, in any datum, made into those of the register."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import LineString, Point

from geo.datum import Datum, convert_position


def convert_positions(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with geometry in WGS-84, and beside it the datum and the numbers as they came."""
    rest = dict(facts)
    for name, shape in (("position", _build_point), ("route", _build_line)):
        given = rest.get(name)
        if given is not None:
            rest |= {
                name: shape(given),
                "source_datum": given["datum"],
                "source_coordinates": given.get("points") or [given["lng"], given["lat"]],
            }
    return rest


def _build_point(given: dict[str, Any]) -> Point:
    return Point(*_convert_to_wgs84(given["lng"], given["lat"], given["datum"]), srid=4326)


def _build_line(given: dict[str, Any]) -> LineString:
    points = [_convert_to_wgs84(lng, lat, given["datum"]) for lng, lat in given["points"]]
    return LineString(points, srid=4326)


def _convert_to_wgs84(lng: float, lat: float, datum: str) -> tuple[float, float]:
    return convert_position(lng, lat, datum, Datum.WGS84)
