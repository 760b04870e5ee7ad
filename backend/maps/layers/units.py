"""Layers ``units`` and ``hazards``: the worst units of a tile, and how many more there are."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from backend.accounts.models import User
from backend.maps.filters import MapFilters
from backend.maps.scope import (
    SqlCondition,
    compile_where,
    is_enterprise,
    kind_and_status_condition,
    visible_rows_condition,
)
from backend.maps.tile_cover import cell_ranges, wgs84_box
from backend.maps.tile_query import query_tile
from backend.risk.models import CellFigures, UnitFigures
from geo.pyramid import CELL_LEVELS, MAX_ZOOM, Tile

FILTERS = ("kind", "status", "due")
HAZARD_FILTERS = ("kind", "status")
FIELDS = {
    "kind": "String",
    "status": "String",
    "score": "Number",
    "level": "Number",
    "overdue": "Boolean",
    "due_soon": "Boolean",
    "failed": "Boolean",
    "hazards": "Number",
}
INFO_FIELDS = {"shown": "Number", "total": "Number"}
MOST = 1500
"""Points of one tile, the highest scores first."""
_STEP = 14
"""Standings are indexed by the cell of this level (``cell >> 8``) and score, and the queries below
name both: see ``standing_tile``."""
_DIRECT_FROM = 16
"""From this zoom on a tile holds few enough units to read them all. A tile of 15 is a quarter of a
step, and read from the highest score down like the rest."""

# Only cells that hold something asked for are looked into, each from its highest score down.
_BY_CELLS = """
busy AS MATERIALIZED (
    SELECT cell >> %(finer)s AS step, sum({counted}) FILTER (WHERE part.own) AS own
      FROM part JOIN risk_cellfigures
        ON level = %(level)s AND cell >= part.first AND cell < part.beyond
     WHERE {figures} GROUP BY cell >> %(finer)s HAVING sum({counted}) > 0),
found AS (
    SELECT found.* FROM busy CROSS JOIN LATERAL (
        SELECT unit_id, kind, status, score, level, overdue, due_soon, failed, hazards, place FROM risk_standing
         WHERE (risk_standing.cell >> 8) = busy.step
           AND {seen} AND {inside}
         ORDER BY score DESC LIMIT %(most)s) found
     ORDER BY score DESC, unit_id LIMIT %(most)s),
info AS (SELECT coalesce((SELECT sum(own) FROM busy), 0)::int AS total)"""
_DIRECT = """
every AS (
    SELECT unit_id, kind, status, score, level, overdue, due_soon, failed, hazards, place,
           count(*) OVER () AS units, sum(hazards) OVER () AS defects
      FROM part JOIN risk_standing
        ON risk_standing.cell >= part.first << %(bits)s
       AND risk_standing.cell < part.beyond << %(bits)s
     WHERE {inside} AND {seen}),
found AS (SELECT * FROM every ORDER BY score DESC, unit_id LIMIT %(most)s),
info AS (SELECT coalesce((SELECT {all} FROM every LIMIT 1), 0)::int AS total)"""
_TILE = """
WITH part AS (SELECT * FROM unnest(
    %(first)s::bigint[], %(beyond)s::bigint[], %(own)s::bool[]) AS part (first, beyond, own)),
{source},
feature AS (
    SELECT unit_id, kind, status, score, level, overdue, due_soon, failed, hazards,
           ST_AsMVTGeom({place}, ST_MakeEnvelope(
               %(west)s, %(south)s, %(east)s, %(north)s, 3857), 4096, 0, true) AS geom
      FROM found)
SELECT (SELECT ST_AsMVT(seen, '{layer}', 4096, 'geom', 'unit_id')
          FROM (SELECT * FROM feature WHERE geom IS NOT NULL) seen)
    || (SELECT ST_AsMVT(said, '{layer}_info', 4096, 'geom') FROM (
            SELECT ST_Point(2048, 2048) AS geom, {shown}::int AS shown,
                   greatest(info.total, {shown}::int) AS total
              FROM feature, info WHERE geom IS NOT NULL GROUP BY info.total) said)
"""
_INSIDE = "place && ST_MakeEnvelope(%(b_west)s, %(b_south)s, %(b_east)s, %(b_north)s, 3857)"
_ALL_INSIDE = "place IS NOT NULL"
_COUNTED = {"": "units", "overdue": "overdue", "soon": "due_soon"}


def draw_units(tile: Tile, filters: MapFilters, user: User) -> bytes:
    """The units of ``tile``, and in ``units_info`` how many are shown of how many."""
    return _draw_layer(tile, filters, user, "units")


def draw_hazards(tile: Tile, filters: MapFilters, user: User) -> bytes:
    """The units with open defects; ``hazards_info`` counts the defects."""
    return _draw_layer(tile, filters, user, "hazards")


def _draw_layer(tile: Tile, filters: MapFilters, user: User, layer: str) -> bytes:
    defects = layer == "hazards"
    wanted = visible_rows_condition(user) & kind_and_status_condition(filters)
    direct = tile.z >= _DIRECT_FROM or is_enterprise(user)
    sql = _TILE.format(
        source=_DIRECT if direct else _BY_CELLS,
        layer=layer,
        place="geo_gcj02(place)" if filters.shifted else "place",
        shown="sum(hazards)" if defects else "count(*)",
    )
    sql = sql.replace("{counted}", "hazards" if defects else _COUNTED[filters.due])
    sql = sql.replace("{all}", "defects" if defects else "units")
    # A tile of WGS-84 is exactly its cells; deep ones are also looked up by place.
    narrow = filters.shifted or tile.z > _STEP
    return query_tile(
        sql.replace("{inside}", _INSIDE if narrow else _ALL_INSIDE),
        _query_parameters(tile, direct=direct, shifted=filters.shifted),
        seen=compile_where(
            UnitFigures.objects.filter(wanted & _due_or_defect_condition(filters, defects=defects))
        ),
        figures=SqlCondition("TRUE")
        if direct
        else compile_where(CellFigures.objects.filter(wanted)),
    )


def _due_or_defect_condition(filters: MapFilters, *, defects: bool) -> Q:
    only = Q(hazards__gt=0) if defects else Q()
    if filters.due:
        only &= Q(overdue=True) if filters.due == "overdue" else Q(due_soon=True)
    return only


def _query_parameters(tile: Tile, *, direct: bool, shifted: bool) -> dict[str, Any]:
    level = tile.z if direct else next(n for n in CELL_LEVELS if n >= max(tile.z, _STEP))
    shown = cell_ranges(tile, level, shifted=shifted)
    box = tile.box
    wide = wgs84_box(tile) if shifted else box
    return {
        "most": MOST,
        "level": level,
        "finer": 2 * (level - _STEP),
        "bits": 2 * (MAX_ZOOM - level),
        "first": [part.first for part in shown],
        "beyond": [part.beyond for part in shown],
        # Under a shifted tile the rest is counted by its own cells, which lie half a kilometre off.
        "own": [part.left == part.top == 0 for part in shown],
        **{name: getattr(box, name) for name in ("west", "south", "east", "north")},
        **{f"b_{name}": getattr(wide, name) for name in ("west", "south", "east", "north")},
    }
