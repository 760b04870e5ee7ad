"""Which units are near something: querysets of units, each within what the signed-in user may
see."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from backend.accounts.models import User
from backend.units.models import Unit
from geo.areas import box_around
from geo.models import code_range, within_region

_GEOMETRY_SQL = "coalesce(units_unit.position, units_unit.route)"
_MM_TO_POINT_SQL = (
    f"(ST_Distance({_GEOMETRY_SQL}::geography, %s::geometry::geography) * 1000)::bigint"
)
_MM_TO_ROUTE_SQL = """(SELECT (ST_Distance(units_unit.position::geography, pipe.route::geography)
    * 1000)::bigint FROM units_unit pipe WHERE pipe.id = %s)"""
# Each place looks round itself: there are far fewer places than units.
_UNITS_NEAR_PLACES_SQL = """
    SELECT near.id FROM geo_publicplace place
      JOIN units_unit near ON near.position && ST_Expand(place.position,
               %s / 110000.0 / cos(radians(ST_Y(place.position))), %s / 110000.0)
       AND ST_DWithin(near.position::geography, place.position::geography, %s)
     WHERE (%s::bigint IS NULL OR place.id = %s)
       AND (%s = '' OR place.category = %s)
       AND place.region_id >= %s AND place.region_id < %s"""
# The median of each axis of three scans or more: one scan far off does not move it.
_MM_TO_SCANS_SQL = """(SELECT (ST_Distance(units_unit.position::geography,
        ST_SetSRID(ST_MakePoint(percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_X(scan.position)),
                                percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_Y(scan.position))),
                   4326)::geography) * 1000)::bigint
    FROM tagging_binding bound JOIN tagging_scan scan ON scan.code = bound.tag_id
   WHERE bound.unit_id = units_unit.id AND bound.unbound_at IS NULL
     AND scan.position IS NOT NULL HAVING count(*) >= 3)"""


def filter_visible_units(user: User, query_params: dict[str, Any]) -> QuerySet[Unit]:
    """The units that ``user`` may see and that fit the common filters."""
    rows = Unit.objects.visible_to(user).select_related("category")
    rows = rows.annotate(score=F("risk__score"))
    for name in ("kind", "status"):
        if query_params.get(name):
            rows = rows.filter(**{name: query_params[name]})
    if query_params.get("region"):
        rows = rows.filter(within_region("region_id", query_params["region"]))
    if query_params.get("due"):
        rows = rows.filter(_due_condition(query_params["due"]))
    return rows


def due_units(rows: QuerySet[Unit]) -> QuerySet[Unit]:
    """The units that are overdue or due soon."""
    return rows.filter(_due_condition("overdue") | _due_condition("soon"))


def units_around_point(rows: QuerySet[Unit], point: Point, metres: float) -> QuerySet[Unit]:
    """The units within ``metres`` of ``point``, with ``away_mm``; piping by its nearest part."""
    box = box_around(point.x, point.y, metres)
    rows = rows.filter(Q(position__bboverlaps=box) | Q(route__bboverlaps=box))
    return _annotate_distance(rows, _MM_TO_POINT_SQL, point.hexewkb.decode()).filter(
        away_mm__lte=round(metres * 1000)
    )


def units_in_area(rows: QuerySet[Unit], area: GEOSGeometry) -> QuerySet[Unit]:
    """The units inside ``area``, or crossing it."""
    return rows.filter(Q(position__intersects=area) | Q(route__intersects=area))


def units_near_places(rows: QuerySet[Unit], query_params: dict[str, Any]) -> QuerySet[Unit]:
    """The units within ``metres`` of public places of a category and region, or of one place."""
    first, beyond = code_range(query_params["region"]) if query_params.get("region") else ("", ":")
    metres, place, category = (
        query_params["metres"],
        query_params.get("place"),
        query_params.get("category", ""),
    )
    params = (metres, metres, metres, place, place, category, category, first, beyond)
    return rows.filter(pk__in=RawSQL(_UNITS_NEAR_PLACES_SQL, params))  # noqa: S611 - our constant


def units_along_pipe(rows: QuerySet[Unit], pipe: Unit, metres: float) -> QuerySet[Unit]:
    """The units within ``metres`` of the route of ``pipe``, with ``away_mm``."""
    assert pipe.route is not None
    west, south, east, north = pipe.route.extent
    wide = box_around((west + east) / 2, max(abs(south), abs(north)), metres)
    margin = max(wide.extent[2] - wide.extent[0], wide.extent[3] - wide.extent[1]) / 2
    box = pipe.route.envelope.buffer(margin)
    near = rows.filter(position__bboverlaps=box).exclude(pk=pipe.pk)
    return _annotate_distance(near, _MM_TO_ROUTE_SQL, pipe.pk).filter(
        away_mm__lte=round(metres * 1000)
    )


def filter_units_far_from_their_scans(rows: QuerySet[Unit], metres: float) -> QuerySet[Unit]:
    """The units registered more than ``metres`` from the median of the scans of their tag in
    force."""
    placed = _annotate_distance(rows.filter(position__isnull=False), _MM_TO_SCANS_SQL)
    return placed.filter(away_mm__gt=round(metres * 1000))


def _due_condition(word: str) -> Q:
    return Q(risk__overdue=True) if word == "overdue" else Q(risk__due_soon=True)


def _annotate_distance(rows: QuerySet[Unit], sql: str, *params: object) -> QuerySet[Any]:
    return rows.annotate(away_mm=RawSQL(sql, params, output_field=BigIntegerField()))  # noqa: S611
