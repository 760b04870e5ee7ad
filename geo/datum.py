"""Coordinate systems of Chinese maps and the way between them.

WGS-84 and CGCS2000 agree within centimetres and are treated as one. GCJ-02 is the offset system of
public maps in mainland China, BD-09 Baidu's further offset on top of it. The formulas are the
published ones (krasovsky ellipsoid); the inverses iterate, so a round trip loses nothing.
Everything is (longitude, latitude) in degrees.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable


class Datum(enum.StrEnum):
    """What a pair of degrees refers to."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ02"
    BD09 = "BD09"


Position = tuple[float, float]

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BD_TURN = math.pi * 3000.0 / 180.0
_TOLERANCE = 1e-11
_MAX_STEPS = 60


def convert_position(lng: float, lat: float, source: Datum | str, target: Datum | str) -> Position:
    """The position (``lng``, ``lat``) of datum ``source`` in datum ``target``.

    Points outside China are the same in all datums, by convention of the public formulas. Raises
    ValueError for an unknown datum or degrees that are none.
    """
    source, target = Datum(source), Datum(target)
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        raise ValueError(f"({lng}, {lat}) is not a longitude and a latitude in degrees")
    if source is target:
        return lng, lat
    return _FROM_WGS84[target](*_TO_WGS84[source](lng, lat))


def outside_china(lng: float, lat: float) -> bool:
    """True outside the rectangle in which the offset is applied."""
    return not (72.004 <= lng <= 137.8347 and 0.8293 <= lat <= 55.8271)


def _keep_position(lng: float, lat: float) -> Position:
    return lng, lat


def _shared_offset_metres(value: float) -> float:
    """The term that the offsets of longitude and latitude share; metres."""
    return (20.0 * math.sin(6.0 * value * math.pi) + 20.0 * math.sin(2.0 * value * math.pi)) * 2 / 3


def _offset_lat_metres(x: float, y: float) -> float:
    metres = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    metres += _shared_offset_metres(x)
    metres += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2 / 3
    slow = 160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)
    return metres + slow * 2 / 3


def _offset_lng_metres(x: float, y: float) -> float:
    metres = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    metres += _shared_offset_metres(x)
    metres += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2 / 3
    slow = 150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)
    return metres + slow * 2 / 3


def _wgs84_to_gcj02(lng: float, lat: float) -> Position:
    if outside_china(lng, lat):
        return lng, lat
    x, y = lng - 105.0, lat - 35.0
    radians = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / magic**1.5
    parallel = _AXIS / math.sqrt(magic) * math.cos(radians)
    return (
        lng + math.degrees(_offset_lng_metres(x, y) / parallel),
        lat + math.degrees(_offset_lat_metres(x, y) / meridian),
    )


def _gcj02_to_bd09(lng: float, lat: float) -> Position:
    if outside_china(lng, lat):
        return lng, lat
    radius = math.hypot(lng, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lng) + 0.000003 * math.cos(lng * _BD_TURN)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def _wgs84_to_bd09(lng: float, lat: float) -> Position:
    # Outside is decided on the true position, once: an offset point may stray over the edge.
    if outside_china(lng, lat):
        return lng, lat
    return _gcj02_to_bd09(*_wgs84_to_gcj02(lng, lat))


def _invert_shift(forward: Callable[[float, float], Position], lng: float, lat: float) -> Position:
    """The point that ``forward`` moves to (``lng``, ``lat``), by fixed-point iteration.

    The offset varies by less than a hundredth over its own length, so each step gains two digits.
    """
    guess_lng, guess_lat = lng, lat
    for _step in range(_MAX_STEPS):
        there_lng, there_lat = forward(guess_lng, guess_lat)
        off_lng, off_lat = lng - there_lng, lat - there_lat
        guess_lng, guess_lat = guess_lng + off_lng, guess_lat + off_lat
        if max(abs(off_lng), abs(off_lat)) < _TOLERANCE:
            break
    return guess_lng, guess_lat


def _gcj02_to_wgs84(lng: float, lat: float) -> Position:
    return _invert_shift(_wgs84_to_gcj02, lng, lat)


def _bd09_to_wgs84(lng: float, lat: float) -> Position:
    return _invert_shift(_wgs84_to_bd09, lng, lat)


_FROM_WGS84: dict[Datum, Callable[[float, float], Position]] = {
    Datum.WGS84: _keep_position,
    Datum.CGCS2000: _keep_position,
    Datum.GCJ02: _wgs84_to_gcj02,
    Datum.BD09: _wgs84_to_bd09,
}
_TO_WGS84: dict[Datum, Callable[[float, float], Position]] = {
    Datum.WGS84: _keep_position,
    Datum.CGCS2000: _keep_position,
    Datum.GCJ02: _gcj02_to_wgs84,
    Datum.BD09: _bd09_to_wgs84,
}
