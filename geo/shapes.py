"""Builds ``RegionShape`` from the boundaries: projected, and coarser for maps of lower zoom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection, transaction

from geo.datum import Datum, Position, convert_position
from geo.models import Region, RegionShape
from geo.pyramid import MAX_ZOOM, WORLD_M, to_mercator

ZOOM_STEPS = (5, 7, 9, 11, MAX_ZOOM)
"""The deepest zoom that each fineness is drawn at."""
_PIXELS = 1024
"""Across a tile, on a fine screen."""

# Points that fall on one grid point merge, in both neighbours alike: their border stays one line.
_INSERT = """
INSERT INTO geo_regionshape (region_id, zoom, shape, shifted, label)
SELECT %(code)s, step.zoom, laid.shape, laid.shifted, %(label)s::geometry
  FROM unnest(%(zooms)s::int[], %(grids)s::float[]) step (zoom, grid)
 CROSS JOIN LATERAL (SELECT
    ST_Multi(ST_CollectionExtract(ST_MakeValid(
        ST_SnapToGrid(%(shape)s::geometry, step.grid)), 3)) AS shape,
    ST_Multi(ST_CollectionExtract(ST_MakeValid(
        ST_SnapToGrid(%(shifted)s::geometry, step.grid)), 3)) AS shifted) laid
 WHERE NOT ST_IsEmpty(laid.shape)
"""


def zoom_step_of(zoom: int) -> int:
    """The deepest zoom of the fineness that a tile of ``zoom`` draws."""
    return next(step for step in ZOOM_STEPS if zoom <= step)


@transaction.atomic
def build_shapes() -> int:
    """Builds the shapes of all regions anew; returns how many regions have one."""
    RegionShape.objects.all().delete()
    regions = list(Region.objects.filter(boundary__isnull=False))
    with connection.cursor() as cursor:
        for region in regions:
            cursor.execute(_INSERT, _shape_parameters(region))
    return len(regions)


def _shape_parameters(region: Region) -> dict[str, Any]:
    boundary = region.boundary
    assert boundary is not None
    label = region.label_point or boundary.point_on_surface
    return {
        "code": region.code,
        "zooms": list(ZOOM_STEPS),
        "grids": [_grid_metres(step) for step in ZOOM_STEPS],
        "shape": _transform_boundary(boundary, to_mercator).hexewkb.decode(),
        "shifted": _transform_boundary(boundary, _to_gcj02_mercator).hexewkb.decode(),
        "label": Point(*to_mercator(label.x, label.y), srid=3857).hexewkb.decode(),
    }


def _grid_metres(step: int) -> float:
    """Metres between grid points; the deepest step keeps every vertex."""
    return 0.01 if step == MAX_ZOOM else WORLD_M / (_PIXELS << step)


def _to_gcj02_mercator(lng: float, lat: float) -> Position:
    return to_mercator(*convert_position(lng, lat, Datum.WGS84, Datum.GCJ02))


def _transform_boundary(
    boundary: MultiPolygon, move: Callable[[float, float], Position]
) -> MultiPolygon:
    polygons = (
        Polygon(*([move(lng, lat) for lng, lat in ring] for ring in rings))
        for rings in boundary.coords
    )
    return MultiPolygon(*polygons, srid=3857)
