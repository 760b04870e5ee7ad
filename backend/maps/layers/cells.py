"""Layer ``cells``: squares of the map with the figures of what lies in them."""

from __future__ import annotations

from typing import Any

from backend.accounts.models import User
from backend.maps.filters import MapFilters
from backend.maps.scope import (
    SqlCondition,
    compile_where,
    is_enterprise,
    kind_and_status_condition,
    visible_rows_condition,
)
from backend.maps.tile_cover import CellRange, cell_ranges
from backend.maps.tile_query import EXTENT, query_tile
from backend.risk.models import CellFigures, UnitFigures
from geo.pyramid import MAX_ZOOM, WORLD_M, Tile, cell_level_for

FILTERS = ("kind", "status", "due")
FIELDS = dict.fromkeys(
    ("units", "overdue", "due_soon", "failed", "hazards", "unseen", "mean", "tail"), "Number"
)
MAX_TILE_ZOOM = 12

_OF_FIGURES = """
    SELECT part.n, cell - part.first AS i, sum(units) AS units, sum(overdue) AS overdue,
           sum(due_soon) AS due_soon, sum(failed) AS failed, sum(hazards) AS hazards,
           sum(unseen) AS unseen, sum(score_sum) AS score_sum, sum(band3 + band4) AS highest
      FROM part JOIN risk_cellfigures
        ON level = %(level)s AND cell >= part.first AND cell < part.beyond
     WHERE {seen}
     GROUP BY part.n, cell, part.first"""
# An enterprise sees parts of cells, which no roll-up holds: its few units are summed here.
_OF_STANDINGS = """
    SELECT part.n, (cell >> %(bits)s) - part.first AS i, count(*) AS units,
           count(*) FILTER (WHERE overdue) AS overdue, count(*) FILTER (WHERE due_soon) AS due_soon,
           count(*) FILTER (WHERE failed) AS failed, sum(hazards) AS hazards,
           count(*) FILTER (WHERE unseen) AS unseen, sum(score) AS score_sum,
           count(*) FILTER (WHERE risk_standing.level >= 4) AS highest
      FROM part JOIN risk_standing
        ON cell >= part.first << %(bits)s AND cell < part.beyond << %(bits)s
     WHERE {seen}
     GROUP BY part.n, cell >> %(bits)s, part.first"""
_HERE = "0.0 AS east, 0.0 AS south"
_SHIFTED = """
    (ST_X(geo_gcj02(middle)) - ST_X(middle)) * %(scale)s AS east,
    (ST_Y(middle) - ST_Y(geo_gcj02(middle))) * %(scale)s AS south"""
# The column and the row of a cell are every other bit of its number within the tile.
_TILE = """
WITH part AS (SELECT * FROM unnest(%(n)s::int[], %(first)s::bigint[], %(beyond)s::bigint[],
                                   %(left)s::int[], %(top)s::int[])
                     AS part (n, first, beyond, "left", top)),
figures AS ({{source}}),
placed AS (
    SELECT figures.*, part.first + i AS id,
           part."left" + ({column}) * %(side)s AS x, part.top + ({row}) * %(side)s AS y
      FROM figures JOIN part USING (n) WHERE {due}),
moved AS (
    SELECT placed.*, {offset} FROM placed CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(
        %(west)s + (x + %(side)s / 2) / %(scale)s, %(north)s - (y + %(side)s / 2) / %(scale)s
    ), 3857) AS middle) at)
SELECT ST_AsMVT(feature, 'cells', 4096, 'geom', 'id') FROM (
    SELECT id, units::int, overdue::int, due_soon::int, failed::int, hazards::int, unseen::int,
           round(score_sum / units)::int AS mean, round(100 * highest / units)::int AS tail,
           ST_ForcePolygonCCW(ST_MakeEnvelope(x + east, y + south,
                x + east + %(side)s, y + south + %(side)s)) AS geom
      FROM moved
     WHERE x + east < 4096 AND y + south < 4096
       AND x + east + %(side)s > 0 AND y + south + %(side)s > 0) feature
"""
_COLUMN = " | ".join(f"((i >> {bit}) & {1 << bit})" for bit in range(6))
_ROW = " | ".join(f"((i >> {bit + 1}) & {1 << bit})" for bit in range(6))
_DUE = {"": "units > 0", "overdue": "overdue > 0", "soon": "due_soon > 0"}


def draw_cells(tile: Tile, filters: MapFilters, user: User) -> bytes:
    """The squares of ``tile`` that hold anything; ``mean`` of 1000 points, ``tail`` in percent."""
    level = cell_level_for(tile.z)
    assert level is not None, "deeper tiles are refused before"
    shown = cell_ranges(tile, level, shifted=filters.shifted)
    source = _OF_STANDINGS if is_enterprise(user) else _OF_FIGURES
    offset = _SHIFTED if filters.shifted else _HERE
    sql = _TILE.format(due=_DUE[filters.due], offset=offset, column=_COLUMN, row=_ROW)
    return query_tile(
        sql.replace("{source}", source),
        _query_parameters(tile, level, shown),
        seen=_visible_where(user, filters),
    )


def _visible_where(user: User, filters: MapFilters) -> SqlCondition:
    wanted = visible_rows_condition(user) & kind_and_status_condition(filters)
    if is_enterprise(user):
        return compile_where(UnitFigures.objects.filter(wanted))
    return compile_where(CellFigures.objects.filter(wanted))


def _query_parameters(tile: Tile, level: int, shown: list[CellRange]) -> dict[str, Any]:
    box = tile.box
    return {
        "level": level,
        "bits": 2 * (MAX_ZOOM - level),
        "side": EXTENT >> (level - tile.z),
        "scale": EXTENT * (1 << tile.z) / WORLD_M,
        "west": box.west,
        "north": box.north,
        "n": list(range(len(shown))),
        "first": [part.first for part in shown],
        "beyond": [part.beyond for part in shown],
        "left": [part.left for part in shown],
        "top": [part.top for part in shown],
    }
