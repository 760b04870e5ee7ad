"""Reading the feed so that nothing is ever skipped; see ADR 0009.

Numbers of a sequence are given out before the commit: whoever reads "all after number n" loses
what a slower transaction writes below n. So rows are read in the order (transaction, number), and
only those of transactions older than every one still running.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

CURSOR_DAYS = 90
"""How old a reader's position may be."""

_XMIN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
# The cluster, the table (a dump that is restored makes another) and the timeline (recovery to a point
# in time begins one). Whoever may read the feed may ask for them: all three are open to PUBLIC.
_CLUSTER = """
    SELECT hashtextextended(concat_ws(
        '/', s.system_identifier, 'events_change'::regclass::oid, c.timeline_id), 0)
    FROM pg_control_system() s, pg_control_checkpoint() c"""
_ROWS = "SELECT xid, id, unit_id, tag_code FROM events_change"
_AFTER = f"(xid, id) > (%(xid)s, %(id)s) AND xid < {_XMIN} ORDER BY xid, id LIMIT %(limit)s"
# Each region gives its first rows from the index, so a reader far behind pays for one page only.
_OF_REGIONS = f"""
    SELECT c.* FROM unnest(%(scope)s::varchar[]) r (code) CROSS JOIN LATERAL (
        {_ROWS} WHERE region_id = r.code COLLATE "C" AND {_AFTER}) c
    ORDER BY c.xid, c.id LIMIT %(limit)s"""
_OF_ENTITIES = f"{_ROWS} WHERE entity_ids && %(scope)s::bigint[] AND {_AFTER}"


class Position(NamedTuple):
    """How far a reader of the feed has come: it has every change up to here."""

    xid: int
    id: int


class FeedRow(NamedTuple):
    """One row of the feed: a unit or a tag that changed."""

    xid: int
    id: int
    unit: int | None
    tag: str | None


@dataclass(frozen=True)
class Horizon:
    """Every transaction before ``xid`` has ended. ``cluster`` is the database they are of: after a
    dump is restored, or a backup recovered, numbers of the time before mean nothing."""

    xid: int
    cluster: int

    @property
    def position(self) -> Position:
        """The position of a reader who has every change before the horizon."""
        return Position(self.xid, 0)


@dataclass(frozen=True)
class Changes:
    """The result of one reading of the feed. ``more`` says that a call from ``position`` has more."""

    units: list[int]
    tags: list[str]
    position: Position
    more: bool


def read_horizon() -> Horizon:
    """The horizon from which a new reader begins; it must be taken before the reader reads the tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_XMIN}, ({_CLUSTER})")
        xid, cluster = cursor.fetchone()
    return Horizon(xid, cluster & (2**63 - 1))


def read_changes_of_regions(codes: Sequence[str], after: Position, limit: int) -> list[FeedRow]:
    """The next changes in these regions, in order. The cost depends on the rows returned, not on the feed's length."""
    return _read_rows(_OF_REGIONS, list(codes), after, limit)


def read_changes_of_entities(entities: Sequence[int], after: Position, limit: int) -> list[FeedRow]:
    """The next changes of units that these entities use, own or maintain, in order."""
    return _read_rows(_OF_ENTITIES, list(entities), after, limit)


def read_changes(
    *,
    horizon: Horizon,
    after: Position,
    limit: int,
    regions: Sequence[str] = (),
    entities: Sequence[int] = (),
) -> Changes:
    """Units and tags changed after ``after``, each once. ``horizon`` was taken before this call.

    A reader who is told everything stands at the horizon, though nothing changed in his scope.
    """
    rows = read_changes_of_regions(regions, after, limit + 1) if regions else []
    rows += read_changes_of_entities(entities, after, limit + 1) if entities else []
    more, rows = len(rows) > limit, sorted(rows)[:limit]
    position = Position(rows[-1].xid, rows[-1].id) if more else max(after, horizon.position)
    return Changes(
        units=list(dict.fromkeys(row.unit for row in rows if row.unit is not None)),
        tags=list(dict.fromkeys(row.tag for row in rows if row.tag is not None)),
        position=position,
        more=more,
    )


def _read_rows(
    sql: str, scope: list[str] | list[int], after: Position, limit: int
) -> list[FeedRow]:
    facts = {"scope": scope, "xid": after.xid, "id": after.id, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return [FeedRow(*values) for values in cursor.fetchall()]
