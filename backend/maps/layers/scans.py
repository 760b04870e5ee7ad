"""Layer ``scans``: where each member of the staff last scanned a tag, in the last thirty days."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from backend.accounts.models import Role, User
from backend.accounts.rights import Right, in_jurisdiction, may
from backend.lib import clock
from backend.lib.identifiers.masking import COMPOUND_SURNAMES
from backend.maps.asking import Asked
from backend.maps.covering import true_box
from backend.maps.encoding import encoded
from backend.maps.scope import Condition, chosen, condition, of_enterprise
from backend.units.models import Unit
from geo.pyramid import Tile, unprojected
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
      JOIN accounts_user staff ON staff.id = tagging_scan.user_id AND staff.role = ANY(%(roles)s)
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


def draw(tile: Tile, asked: Asked, user: User) -> bytes:
    """One point a person and tile, on units of the jurisdiction.

    Who judges field work sees everybody; others see themselves.
    """
    if of_enterprise(user):
        return b""
    mine = Q() if may(user, Right.JUDGE_FIELDWORK) else Q(user_id=user.pk)
    box = tile.box
    wide = true_box(tile) if asked.shifted else box
    (w_lng, s_lat), (e_lng, n_lat) = (
        unprojected(wide.west, wide.south),
        unprojected(wide.east, wide.north),
    )
    params = {
        "roles": [Role.INSPECTOR.value, Role.OFFICER.value],
        "since": clock.now() - dt.timedelta(days=DAYS),
        "most": MOST,
        "compound": list(COMPOUND_SURNAMES),
        "w_lng": w_lng, "s_lat": s_lat, "e_lng": e_lng, "n_lat": n_lat,
        **{name: getattr(box, name) for name in ("west", "south", "east", "north")},
    }  # fmt: skip
    return encoded(
        _TILE.replace("{place}", "geo_gcj02(place)" if asked.shifted else "place"),
        params,
        units=_units(user, asked),
        scans=condition(Scan.objects.filter(mine)),
    )


def _units(user: User, asked: Asked) -> Condition:
    return condition(Unit.objects.filter(in_jurisdiction(user, "region_id") & chosen(asked)))
