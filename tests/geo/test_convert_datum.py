"""Coordinates between the systems of Chinese maps."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.datum import Datum, convert_position

OFFSET = (Datum.GCJ02, Datum.BD09)
shandong = st.tuples(st.floats(114.5, 123.0), st.floats(34.0, 38.5))


def metres(one, other):
    """The distance of two near points, on a plane that is good enough for a kilometre."""
    across = (one[0] - other[0]) * 111_320 * math.cos(math.radians(one[1]))
    return math.hypot(across, (one[1] - other[1]) * 110_950)


def moved(point, source, target):
    """``point`` of datum ``source`` in datum ``target``."""
    return convert_position(point[0], point[1], source, target)


@pytest.mark.parametrize("datum", OFFSET)
def test_a_round_trip_loses_less_than_half_a_metre_over_the_province(datum):
    for lng in (114.5 + 0.25 * i for i in range(35)):
        for lat in (34.0 + 0.25 * i for i in range(19)):
            away = convert_position(lng, lat, Datum.WGS84, datum)
            assert metres(moved(away, datum, Datum.WGS84), (lng, lat)) < 0.5


@given(shandong, st.sampled_from(OFFSET))
def test_a_round_trip_loses_less_than_a_thousand_millionth_of_a_degree(point, datum):
    back = moved(moved(point, Datum.WGS84, datum), datum, Datum.WGS84)
    assert max(abs(back[0] - point[0]), abs(back[1] - point[1])) < 1e-9


@given(shandong, st.sampled_from(Datum), st.sampled_from(Datum))
def test_every_pair_of_datums_converts_both_ways(point, source, target):
    back = moved(moved(point, source, target), target, source)
    assert metres(back, point) < 0.5


@given(shandong)
def test_rule_25_a_wgs84_point_drawn_unconverted_on_a_gcj02_map_is_over_100_metres_off(point):
    assert 100 < metres(moved(point, Datum.WGS84, Datum.GCJ02), point) < 700


def test_known_points_of_the_public_formulas():
    assert convert_position(116.404, 39.915, Datum.WGS84, Datum.GCJ02) == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )
    assert convert_position(116.404, 39.915, Datum.GCJ02, Datum.BD09) == pytest.approx(
        (116.41036949371029, 39.92133699351021), abs=1e-9
    )


def test_cgcs2000_and_wgs84_are_one():
    assert convert_position(117.0, 36.6, Datum.CGCS2000, Datum.WGS84) == (117.0, 36.6)


@pytest.mark.parametrize("point", [(2.35, 48.85), (-74.0, 40.7), (151.2, -33.9), (117.0, 60.0)])
@pytest.mark.parametrize("datum", OFFSET)
def test_points_outside_china_stay_unchanged(point, datum):
    assert moved(point, Datum.WGS84, datum) == point
    assert moved(point, datum, Datum.WGS84) == point


@pytest.mark.parametrize("point", [(36.6, 117.0), (181.0, 0.0), (math.nan, 36.0)])
def test_degrees_that_are_none_are_refused(point):
    with pytest.raises(ValueError, match="degrees"):
        moved(point, Datum.WGS84, Datum.GCJ02)


def test_an_unknown_datum_is_refused():
    with pytest.raises(ValueError, match="BJ54"):
        convert_position(117.0, 36.6, "BJ54", Datum.WGS84)
