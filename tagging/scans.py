"""The scan log: every scan is written before it is resolved."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.prepared import fetch_prepared
from backend.lib.problems import Refused
from backend.lib.texts import make_storable
from geo.datum import Datum, convert_position
from geo.ewkt import format_point
from tagging.codes import CodeError, normalise_code
from tagging.models import Scan

_PLAIN = (
    "raw", "code", "client_id", "scanned_at", "received_at", "user_id", "device", "accuracy_m",
    "datum", "network",
)  # fmt: skip
INSERT = f"""
    INSERT INTO tagging_scan (position, source_coordinates, {", ".join(_PLAIN)})
    VALUES (%s::geometry, %s::jsonb, {", ".join(["%s"] * len(_PLAIN))})
    ON CONFLICT (client_id) DO NOTHING RETURNING id"""  # noqa: S608 - constants
"""Writes a scan and gives its key, or nothing where one of the same ``client_id`` was written."""


@dataclass(frozen=True)
class Fix:
    """A position as the device gave it: degrees of ``datum``, accuracy in metres."""

    longitude: float
    latitude: float
    accuracy_m: float | None = None
    datum: str = Datum.WGS84

    def to_degrees(self) -> tuple[float, float]:
        """The position in WGS-84. Raises Refused for degrees or a datum that are none."""
        try:
            return convert_position(self.longitude, self.latitude, self.datum, Datum.WGS84)
        except ValueError as error:
            raise Refused("position-invalid", str(error), field="position") from error

    def to_point(self) -> Point:
        """The same as a geometry; raises Refused."""
        return Point(*self.to_degrees(), srid=4326)


def mask_address(address: str | None) -> str | None:
    """The network an address lies in (/24 or /48); the full address is never kept."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    length = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, length), strict=False).network_address)


def make_scan(
    *,
    raw: str,
    user: User | None = None,
    device: str = "",
    client_id: uuid.UUID | None = None,
    scanned_at: dt.datetime | None = None,
    fix: Fix | None = None,
    address: str | None = None,
) -> Scan:
    """A scan that is not written yet, whatever it may mean."""
    scan = Scan(
        raw=make_storable(raw),
        code=_parse_code_or_none(raw),
        client_id=client_id,
        scanned_at=scanned_at,
        received_at=clock.now(),
        user=user,
        device=make_storable(device)[:64],
        network=mask_address(address),
    )
    if fix is not None:
        position: Any = format_point(*fix.to_degrees())
        scan.position = position  # a geometry as soon as it is read
        scan.accuracy_m = fix.accuracy_m
        scan.datum = fix.datum
        scan.source_coordinates = [fix.longitude, fix.latitude]
    return scan


def record_scan(**facts: Any) -> Scan:
    """Make a scan of these facts and write it. A replay of ``client_id`` gives the first row again.

    Raises Refused ``scan-conflict`` (409) when ``client_id`` came with another text or user.
    """
    scan = make_scan(**facts)
    rows = fetch_prepared(INSERT, values_of(scan))
    return written_or_earlier_scan(scan, rows[0][0] if rows else None)


def values_of(scan: Scan) -> list[Any]:
    """What ``INSERT`` takes of a scan."""
    position = vars(scan)["position"]  # read from the row it would be made a geometry
    given = None if scan.source_coordinates is None else json.dumps(scan.source_coordinates)
    return [position and str(position), given, *(getattr(scan, name) for name in _PLAIN)]


def written_or_earlier_scan(scan: Scan, key: int | None) -> Scan:
    """The scan with the key that ``INSERT`` gave it; without one, the first of its ``client_id``.

    Raises Refused ``scan-conflict`` (409) when that one had another text or user.
    """
    if key is None:
        return _first_of(scan)
    scan.pk = key
    scan._state.adding = False
    return scan


def _parse_code_or_none(raw: str) -> str | None:
    try:
        return normalise_code(raw)
    except CodeError:
        return None


def _first_of(scan: Scan) -> Scan:
    """The scan that came first under the same id, if it is this one."""
    first = Scan.objects.get(client_id=scan.client_id)
    if (first.raw, first.user_id) != (scan.raw, scan.user_id):
        raise Refused(
            "scan-conflict",
            _("This scan id was used for another scan. Make a new id for each scan."),
            field="client_id",
            status=409,
        )
    return first
