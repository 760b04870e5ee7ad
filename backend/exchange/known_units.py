"""The units of the register that the rows of a chunk mean, locked for the transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from backend.exchange.row_checker import CheckedRow

_BY_CODE = "SELECT device_code, id FROM units_unit WHERE device_code = ANY(%s)"
# An old register's code is no key of ours: only units in the actor's scope are meant by it.
_BY_OLD_CODE = """
    SELECT registration_code, max(id) FROM units_unit
     WHERE registration_code = ANY(%s) AND region_id LIKE ANY(%s) GROUP BY registration_code
"""
_LOCKED = """
    SELECT id, region_id, category_id, kind, first_used_on, parameters FROM units_unit
     WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
# A statement of its own after the lock: it sees what those have filed for whom the lock waited.
_WITH_RECORDS = "SELECT DISTINCT unit_id FROM units_record WHERE unit_id = ANY(%s)"


class KnownUnit(NamedTuple):
    """What stands of a unit that a row means; ``parameters`` are JSON."""

    key: int
    region: str
    category: str
    kind: str
    first_used_on: dt.date | None
    parameters: str


def lock_known_units(rows: Sequence[CheckedRow], prefixes: tuple[str, ...]) -> dict[int, KnownUnit]:
    """The unit of each line whose unit is in the register, locked.

    A unit is known by its device code wherever it stands, and by an old register's code only in the
    regions that begin with one of ``prefixes``.
    """
    keys: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_CODE, [[row.device_code for row in rows if row.device_code]])
        by_code = dict(cursor.fetchall())
        old_codes = [row.unit_code for row in rows if not row.device_code]
        if old_codes:
            cursor.execute(_BY_OLD_CODE, [old_codes, [f"{prefix}%" for prefix in prefixes]])
            keys = dict(cursor.fetchall())
        meant = {
            row.line: key
            for row in rows
            if (key := (by_code if row.device_code else keys).get(row.unit_code))
        }
        cursor.execute(_LOCKED, [list(meant.values())])
        units = {unit.key: unit for unit in map(KnownUnit._make, cursor.fetchall())}
    return {line: units[key] for line, key in meant.items() if key in units}


def list_moved_lines(rows: Iterable[CheckedRow], known: Mapping[int, KnownUnit]) -> set[int]:
    """The lines of known units with records whose state hangs on what the row changes."""
    changed = {
        known[row.line].key: row.line
        for row in rows
        if row.line in known and _changes_what_is_folded(row, known[row.line])
    }
    if not changed:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_WITH_RECORDS, [list(changed)])
        return {changed[key] for (key,) in cursor.fetchall()}


def _changes_what_is_folded(row: CheckedRow, unit: KnownUnit) -> bool:
    return (
        (row.category, row.region) != (unit.category, unit.region)
        or row.first_used_on not in (None, unit.first_used_on)
        or _changes_parameters(row.parameters, unit.parameters)
    )


def _changes_parameters(new: Mapping[str, Any], stands: str) -> bool:
    """Whether parameters are ``new``; told by their JSON, for to Python a yes equals a one."""
    if not new:
        return False
    old = json.loads(stands)
    return any(json.dumps(old.get(name)) != json.dumps(value) for name, value in new.items())
