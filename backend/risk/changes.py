"""Which units to look at again: those the feed names, those scanned, those whose day has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from backend.events import feed
from backend.risk.models import Reader, UnitFigures
from geo.models import Region

BATCH = 5000
"""About how many units one transaction takes in."""


@dataclass(frozen=True)
class Changes:
    """What one look found. ``more`` says that the same look again has more."""

    units: list[int]
    more: bool


def take_feed_changes(reader: Reader, upto: feed.Horizon) -> Changes:
    """The changes that the feed tells after the reader's position, which moves on."""
    found = feed.read_changes(
        horizon=upto,
        after=feed.Position(reader.feed_xid, reader.feed_id),
        limit=BATCH,
        regions=list(Region.objects.values_list("code", flat=True)),
    )
    reader.feed_xid, reader.feed_id = found.position
    return Changes(found.units, found.more)


def read_day_changes(day: dt.date) -> Changes:
    """The units that time alone has changed by ``day``."""
    due = UnitFigures.objects.filter(changes_on__lte=day).order_by("changes_on")
    units = list(due.values_list("unit_id", flat=True)[:BATCH])
    return Changes(units, len(units) == BATCH)


# A row's transaction is in its hidden column xmin, without the epoch. New are those that had not
# certainly ended at the last look; some of them come twice, which changes nothing.
_SCANNED = """
    SELECT DISTINCT b.unit_id FROM tagging_scan s
      JOIN tagging_binding b ON b.tag_id = s.code AND b.unbound_at IS NULL
      CROSS JOIN (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next) n
      CROSS JOIN LATERAL (SELECT (n.next >> 32 << 32) | s.xmin::text::bigint AS xid) x
     WHERE s.id > %s AND x.xid - CASE WHEN x.xid >= n.next THEN 1::bigint << 32 ELSE 0 END >= %s"""
_HIGHEST = "SELECT coalesce(max(id), 0) FROM tagging_scan"
_NOW = "SELECT clock_timestamp()"
_OLDER = """
    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start <= %s)"""


def list_scanned_units(reader: Reader, upto: feed.Horizon) -> list[int]:
    """Units whose tag was scanned since the last look; scans do not appear in the feed.

    Numbers of the scan log are given out before the commit, so the log is read from a number below
    which nothing can come any more: one noted before any transaction that still runs had begun.
    ``upto`` was taken before this call.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SCANNED, [reader.scan_id, reader.scan_xid])
        units = [unit for (unit,) in cursor.fetchall()]
        reader.scan_xid = upto.xid
        cursor.execute(_OLDER, [reader.scan_next_at])
        if not cursor.fetchone()[0]:
            reader.scan_id = reader.scan_next
            cursor.execute(_HIGHEST)
            (reader.scan_next,) = cursor.fetchone()
            cursor.execute(_NOW)  # after the number: whoever begins later gets a higher one
            (reader.scan_next_at,) = cursor.fetchone()
    return units


def end_positions(now: dt.datetime, upto: feed.Horizon) -> dict[str, object]:
    """The positions of a reader who is about to read every table himself; see ``feed.read_horizon``."""
    return {
        "feed_xid": upto.xid,
        "feed_id": 0,
        "cluster": upto.cluster,
        "scan_xid": upto.xid,
        "scan_id": 0,
        "scan_next": 0,
        "scan_next_at": now,
        "read_at": now,
    }
