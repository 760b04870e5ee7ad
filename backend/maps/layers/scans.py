"""Layer ``scans``: where each member of the staff last scanned a tag, in the last thirty days."""

from __future__ import annotations

import datetime as dt

from backend.accounts.models import Role, User
from backend.accounts.rights import Right, jurisdiction_filter
from backend.lib import clock
from backend.lib.identifiers.masking import COMPOUND_SURNAMES
from backend.maps.filters import MapFilters
from backend.maps.scope import SqlCondition, compile_where, is_enterprise, kind_and_status_condition
from backend.maps.tile_cover import wgs84_box
from backend.maps.tile_query import query_tile
from backend.units.models import Unit
from geo.pyramid import Tile, to_degrees
from tagging.models import Scan

FILTERS = ("kind", "status")
FIELDS = {"unit": "Number", "inspector": "String", "scanned_at": "String"}
MOST = 1000
DAYS = 30

_TILE = """
WITH recent AS (
    SELECT DISTINCT ON (tagging_scan.user_id)
           tagging_scan.id, units_unit.id AS unit,
           coalesce(nullif(staff.display_name, ''), staff.username) AS name,
           coalesce(tagging_scan.scanned_at, tagging_scan.received_at) AS at,
           ST_Transform(tagging_scan.position, 3857) AS place
      FROM tagging_scan
      JOIN accounts_user staff ON staff.id = tagging_scan.user_id
       AND EXISTS (SELECT FROM offices_post post
                    WHERE post.user_id = staff.id AND post.role = ANY(%(roles)s))
      JOIN tagging_binding binding ON binding.tag_id = tagging_scan.code
      JOIN units_unit ON units_unit.id = binding.unit_id
     WHERE tagging_scan.received_at >= %(since)s
       AND tagging_scan.position && ST_MakeEnvelope(
               %(w_lng)s, %(s_lat)s, %(e_lng)s, %(n_lat)s, 4326)
       AND {units} AND {scans}
     ORDER BY tagging_scan.user_id, tagging_scan.id DESC)
SELECT ST_AsMVT(drawn, 'scans', 4096, 'geom', 'id') FROM (
    SELECT id, unit, rpad(left(name, kept), length(name), '*') AS inspector,
           to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') AS scanned_at,
           ST_AsMVTGeom({place}, ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857),
                        4096, 0, true) AS geom
      FROM recent,
           LATERAL (SELECT CASE WHEN length(name) > 2 AND left(name, 2) = ANY(%(compound)s) THEN 2
                                WHEN length(name) > 1 THEN 1 ELSE 0 END AS kept) masked
     ORDER BY id DESC LIMIT %(most)s) drawn WHERE geom IS NOT NULL
"""
"""The name is masked as ``mask_name`` does."""


def draw_scans(tile: Tile, filters: MapFilters, user: User) -> bytes:
    """One point a person and tile, on units of the jurisdiction.

    Who judges field work there sees everybody; others see themselves.
    """
    if is_enterprise(user):
        return b""
    box = tile.box
    wide = wgs84_box(tile) if filters.shifted else box
    (w_lng, s_lat), (e_lng, n_lat) = (
        to_degrees(wide.west, wide.south),
        to_degrees(wide.east, wide.north),
    )
    params = {
        "roles": [Role.INSPECTOR.value, Role.OFFICER.value],
        "since": clock.now() - dt.timedelta(days=DAYS),
        "most": MOST,
        "compound": list(COMPOUND_SURNAMES),
        "w_lng": w_lng, "s_lat": s_lat, "e_lng": e_lng, "n_lat": n_lat,
        **{name: getattr(box, name) for name in ("west", "south", "east", "north")},
    }  # fmt: skip
    return query_tile(
        _TILE.replace("{place}", "geo_gcj02(place)" if filters.shifted else "place"),
        params,
        units=_unit_where(user, filters),
        scans=_whose_where(user),
    )


def _whose_where(user: User) -> SqlCondition:
    """His own scans, and those on units where he judges field work."""
    own = compile_where(Scan.objects.filter(user_id=user.pk))
    judged = jurisdiction_filter(user, "region_id", right=Right.JUDGE_FIELDWORK)
    units = compile_where(Unit.objects.filter(judged))
    return SqlCondition(f"({own.sql} OR {units.sql})", own.params + units.params)


def _unit_where(user: User, filters: MapFilters) -> SqlCondition:
    return compile_where(
        Unit.objects.filter(
            jurisdiction_filter(user, "region_id") & kind_and_status_condition(filters)
        )
    )
