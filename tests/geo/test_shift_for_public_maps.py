"""Shapes and points for a base map of GCJ-02, and boundaries that are coarser for low zooms."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection

from geo.datum import Datum, convert_position
from geo.models import Region, RegionShape
from geo.pyramid import to_degrees, to_mercator
from geo.shapes import ZOOM_STEPS, build_shapes, zoom_step_of
from tests.world import World


@pytest.mark.parametrize(
    "place", [(117.12, 36.65), (122.4, 37.2), (115.0, 34.9), (105.0, 35.0), (2.35, 48.85)]
)
def test_the_database_shifts_as_we_do(db: None, place: tuple[float, float]) -> None:
    point = Point(*to_mercator(*place), srid=3857)
    with connection.cursor() as cursor:
        cursor.execute("SELECT geo_gcj02(%s::geometry)", [point.hexewkb.decode()])
        (answer,) = cursor.fetchone()
    shifted = Point(*to_mercator(*convert_position(*place, Datum.WGS84, Datum.GCJ02)), srid=3857)
    from_database = _point(answer)
    assert from_database.distance(shifted) < 0.001


def _point(answer: object) -> Point:
    return GEOSGeometry(str(answer))


def test_boundaries_of_a_public_map_are_drawn_where_it_has_them(world: World) -> None:
    build_shapes()
    deepest = RegionShape.objects.get(region=world.lixia, zoom=ZOOM_STEPS[-1])
    west, south, east, north = deepest.shape.extent
    corner = convert_position(*to_degrees(west, south), Datum.WGS84, Datum.GCJ02)
    assert deepest.shifted.extent[:2] == pytest.approx(to_mercator(*corner), abs=15)
    assert deepest.shape.distance(Point(west, south, srid=3857)) < 0.1
    assert abs(deepest.shifted.extent[0] - west) > 300
    assert east > west
    assert north > south


def test_low_zooms_have_fewer_vertices_and_neighbours_still_meet(world: World) -> None:
    build_shapes()
    coarse, fine = (
        {shape.region_id: shape.shape for shape in RegionShape.objects.filter(zoom=step)}
        for step in (ZOOM_STEPS[0], ZOOM_STEPS[-1])
    )
    assert sum(s.num_coords for s in coarse.values()) <= sum(s.num_coords for s in fine.values())
    assert coarse["370102"].intersection(coarse["370103"]).area == 0
    assert coarse["370102"].distance(coarse["370103"]) == 0
    assert set(fine) == set(Region.objects.values_list("code", flat=True))


def test_each_zoom_has_its_fineness() -> None:
    assert [zoom_step_of(zoom) for zoom in (0, 5, 6, 9, 10, 18)] == [5, 5, 7, 9, 11, 18]
