"""Layer ``regions``: boundaries with figures, as of any day; the neighbours as outlines only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from backend.accounts.models import User
from backend.accounts.rights import regions_of
from backend.lib import clock
from backend.maps.figures import FIGURES, build_figures, load_figures
from backend.maps.filters import MapFilters
from backend.maps.scope import is_enterprise
from backend.maps.tile_query import query_tile
from backend.risk.region_sums import empty_sums
from geo.models import Region, code_prefix
from geo.pyramid import Tile
from geo.regions import Gazetteer, RegionEntry
from geo.shapes import zoom_step_of

FILTERS = ("kind", "status", "due", "as_of", "level")
OUTLINE_FIELDS = {"code": "String", "name": "String", "level": "String"}
FIELDS = OUTLINE_FIELDS | dict.fromkeys(FIGURES, "Number")
_ORDER = (Region.Level.PROVINCE.value, Region.Level.CITY.value, Region.Level.COUNTY.value)

_FEATURES = """
SELECT (SELECT ST_AsMVT(drawn, 'regions', 4096, 'geom') FROM (
    SELECT given.code, given.name, given.level, {figures},
           ST_AsMVTGeom(shape.{shape}, box, 4096, 64, true) AS geom
      FROM unnest(%(shapes)s::text[], %(codes)s::text[], %(names)s::text[], %(levels)s::text[],
                  {arrays}) AS given (shape, code, name, level, {figures})
      JOIN geo_regionshape shape ON shape.region_id = given.shape AND shape.zoom = %(step)s
       AND shape.{shape} && box) drawn WHERE geom IS NOT NULL)
    || (SELECT ST_AsMVT(drawn, 'outlines', 4096, 'geom') FROM (
    SELECT given.code, given.name, given.level,
           ST_AsMVTGeom(shape.{shape}, box, 4096, 64, true) AS geom
      FROM unnest(%(o_shapes)s::text[], %(o_codes)s::text[], %(o_names)s::text[],
                  %(o_levels)s::text[]) AS given (shape, code, name, level)
      JOIN geo_regionshape shape ON shape.region_id = given.shape AND shape.zoom = %(step)s
       AND shape.{shape} && box) drawn WHERE geom IS NOT NULL)
    || (SELECT ST_AsMVT(drawn, 'names', 4096, 'geom') FROM (
    SELECT given.code, given.name, given.level,
           ST_AsMVTGeom({label}, box, 4096, 0, true) AS geom
      FROM unnest(%(o_shapes)s::text[], %(o_codes)s::text[], %(o_names)s::text[],
                  %(o_levels)s::text[]) AS given (shape, code, name, level)
      JOIN geo_regionshape shape ON shape.region_id = given.shape AND shape.zoom = %(step)s
     WHERE shape.{shape} && box AND given.shape = given.code) drawn WHERE geom IS NOT NULL)
  FROM ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857) box
"""


def draw_regions(tile: Tile, filters: MapFilters, user: User) -> bytes:
    """Regions of the reader with figures; ``outlines`` and ``names`` of all, which are public."""
    day = filters.as_of or clock.today()
    gazetteer = Gazetteer.load()
    level = filters.level or _choose_level(tile.z, user)
    entries = gazetteer.regions_in_force(day, level)
    found = load_figures(user, filters, gazetteer, day, level)
    mine = [] if is_enterprise(user) and not found else _visible_entries(entries, user, set(found))
    sql = _FEATURES.format(
        figures=", ".join(FIGURES),
        arrays=", ".join(f"%({name})s::int[]" for name in FIGURES),
        shape="shifted" if filters.shifted else "shape",
        label="geo_gcj02(shape.label)" if filters.shifted else "shape.label",
    )
    box = tile.box
    params: dict[str, Any] = {
        **_region_columns("", mine, gazetteer, day),
        **_region_columns("o_", entries, gazetteer, day),
        "step": zoom_step_of(tile.z),
        **{name: getattr(box, name) for name in ("west", "south", "east", "north")},
    }
    none = build_figures(empty_sums())
    known = [found.get(code, none) for code in params["codes"]]
    return query_tile(sql, params | {name: [one[name] for one in known] for name in FIGURES})


def _choose_level(zoom: int, user: User) -> str:
    """Provinces, cities, counties by zoom; never above the widest of the reader's own regions."""
    by_zoom = 0 if zoom <= 4 else 1 if zoom <= 7 else 2
    own = (len(code_prefix(code)) // 2 - 1 for code in regions_of(user))
    return _ORDER[max(by_zoom, min(own, default=0))]


def _visible_entries(
    entries: list[RegionEntry], user: User, with_figures: set[str]
) -> list[RegionEntry]:
    if is_enterprise(user):
        return [entry for entry in entries if entry.code in with_figures]
    prefixes = tuple(code_prefix(code) for code in regions_of(user))
    return [entry for entry in entries if entry.code.startswith(prefixes)]


def _region_columns(
    before: str, entries: list[RegionEntry], gazetteer: Gazetteer, day: dt.date
) -> dict[str, list[str]]:
    """The regions as parallel columns; one without a boundary has a row for each that stands in."""
    rows = [(shape, entry) for entry in entries for shape in _shape_codes(entry, gazetteer, day)]
    return {
        f"{before}shapes": [shape for shape, _ in rows],
        f"{before}codes": [entry.code for _, entry in rows],
        f"{before}names": [gazetteer.name_on(entry.code, day) for _, entry in rows],
        f"{before}levels": [entry.level for _, entry in rows],
    }


def _shape_codes(entry: RegionEntry, gazetteer: Gazetteer, day: dt.date) -> list[str]:
    """The codes of the boundaries that draw ``entry``: its own, or today's heirs of its counties."""
    if entry.valid_to is None:
        return [entry.code]
    if entry.level == Region.Level.COUNTY:
        return [gazetteer.current_code(entry.code)]
    counties = gazetteer.regions_in_force(day, Region.Level.COUNTY)
    return [gazetteer.current_code(c.code) for c in counties if c.parent == entry.code]
