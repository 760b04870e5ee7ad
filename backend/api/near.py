"""Which units are near something: querysets of units, each within the reader's predicate."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from backend.accounts.models import User
from backend.units.models import Unit
from geo.areas import box_around
from geo.models import range_of, within

_SHAPE = "coalesce(units_unit.position, units_unit.route)"
_TO_POINT = f"(ST_Distance({_SHAPE}::geography, %s::geometry::geography) * 1000)::bigint"
_TO_ROUTE = """(SELECT (ST_Distance(units_unit.position::geography, pipe.route::geography)
    * 1000)::bigint FROM units_unit pipe WHERE pipe.id = %s)"""
# Each place looks round itself: there are far fewer places than units.
_NEAR_PLACES = """
    SELECT near.id FROM geo_publicplace place
      JOIN units_unit near ON near.position && ST_Expand(place.position,
               %s / 110000.0 / cos(radians(ST_Y(place.position))), %s / 110000.0)
       AND ST_DWithin(near.position::geography, place.position::geography, %s)
     WHERE (%s::bigint IS NULL OR place.id = %s)
       AND (%s = '' OR place.category = %s)
       AND place.region_id >= %s AND place.region_id < %s"""
# The median of each axis of three scans or more: one scan far off does not move it.
_TO_SCANS = """(SELECT (ST_Distance(units_unit.position::geography,
        ST_SetSRID(ST_MakePoint(percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_X(scan.position)),
                                percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_Y(scan.position))),
                   4326)::geography) * 1000)::bigint
    FROM tagging_binding bound JOIN tagging_scan scan ON scan.code = bound.tag_id
   WHERE bound.unit_id = units_unit.id AND bound.unbound_at IS NULL
     AND scan.position IS NOT NULL HAVING count(*) >= 3)"""


def chosen(user: User, asked: dict[str, Any]) -> QuerySet[Unit]:
    """The units that ``user`` may see and that fit the common filters."""
    rows = Unit.objects.visible_to(user).select_related("category")
    rows = rows.annotate(score=F("risk__score"))
    for name in ("kind", "status"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("region"):
        rows = rows.filter(within("region_id", asked["region"]))
    if asked.get("due"):
        rows = rows.filter(_due(asked["due"]))
    return rows


def due_units(rows: QuerySet[Unit]) -> QuerySet[Unit]:
    """Those that are overdue or due soon."""
    return rows.filter(_due("overdue") | _due("soon"))


def round_a_point(rows: QuerySet[Unit], point: Point, metres: float) -> QuerySet[Unit]:
    """Within ``metres`` of ``point``, with ``away_mm``; piping by its nearest part."""
    box = box_around(point.x, point.y, metres)
    rows = rows.filter(Q(position__bboverlaps=box) | Q(route__bboverlaps=box))
    return _away(rows, _TO_POINT, point.hexewkb.decode()).filter(away_mm__lte=round(metres * 1000))


def in_area(rows: QuerySet[Unit], area: GEOSGeometry) -> QuerySet[Unit]:
    """Inside ``area``, or crossing it."""
    return rows.filter(Q(position__intersects=area) | Q(route__intersects=area))


def near_places(rows: QuerySet[Unit], asked: dict[str, Any]) -> QuerySet[Unit]:
    """Within ``metres`` of public places of a category and region, or of one place."""
    first, beyond = range_of(asked["region"]) if asked.get("region") else ("", ":")
    metres, place, category = asked["metres"], asked.get("place"), asked.get("category", "")
    params = (metres, metres, metres, place, place, category, category, first, beyond)
    return rows.filter(pk__in=RawSQL(_NEAR_PLACES, params))  # noqa: S611 - our constant


def along_pipe(rows: QuerySet[Unit], pipe: Unit, metres: float) -> QuerySet[Unit]:
    """Within ``metres`` of the route of ``pipe``, with ``away_mm``."""
    assert pipe.route is not None
    west, south, east, north = pipe.route.extent
    wide = box_around((west + east) / 2, max(abs(south), abs(north)), metres)
    margin = max(wide.extent[2] - wide.extent[0], wide.extent[3] - wide.extent[1]) / 2
    box = pipe.route.envelope.buffer(margin)
    near = rows.filter(position__bboverlaps=box).exclude(pk=pipe.pk)
    return _away(near, _TO_ROUTE, pipe.pk).filter(away_mm__lte=round(metres * 1000))


def displaced(rows: QuerySet[Unit], metres: float) -> QuerySet[Unit]:
    """Registered more than ``metres`` from the median of the scans of the tag in force."""
    placed = _away(rows.filter(position__isnull=False), _TO_SCANS)
    return placed.filter(away_mm__gt=round(metres * 1000))


def _due(word: str) -> Q:
    return Q(risk__overdue=True) if word == "overdue" else Q(risk__due_soon=True)


def _away(rows: QuerySet[Unit], sql: str, *params: object) -> QuerySet[Any]:
    return rows.annotate(away_mm=RawSQL(sql, params, output_field=BigIntegerField()))  # noqa: S611
