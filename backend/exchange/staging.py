"""Good rows into the register: COPY into a staging table, then one insert and one update.

The insert and the update are statements over the whole chunk, so the history triggers write
their rows in one statement too. Nothing here commits: the caller's transaction does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

from backend.exchange.checking import PLAIN, Checked
from backend.lib import clock, locks
from backend.units.deriving import recompute
from backend.units.models import Unit

_TABLE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS exchange_staging (
        line integer, device_code text COLLATE "C", registration_code text COLLATE "C",
        category_id text, kind text, region_id text, product_name text, model text,
        factory_no text, internal_no text, address text, uscc text COLLATE "C",
        entity_name text, first_used_on date, lng float8, lat float8, source_datum text,
        source_coordinates jsonb, unit_id bigint, using_entity_id bigint
    );
    TRUNCATE exchange_staging
"""
_COPY = """
    COPY exchange_staging (line, device_code, category_id, kind, region_id, uscc, entity_name,
        first_used_on, lng, lat, source_datum, source_coordinates, product_name, model,
        factory_no, internal_no, address, registration_code) FROM STDIN
"""
_ENTITIES = """
    INSERT INTO directory_legalentity
           (name, uscc, organisation_code, natural_person, region_id, address, phone)
    SELECT DISTINCT ON (uscc) entity_name, uscc, '', false, region_id, '', ''
      FROM exchange_staging s
     WHERE uscc <> ''
       AND NOT EXISTS (SELECT FROM directory_legalentity e WHERE e.uscc = s.uscc)
     ORDER BY uscc, line
    ON CONFLICT (uscc) DO NOTHING
"""
_USERS = """
    UPDATE exchange_staging s SET using_entity_id = e.id
      FROM directory_legalentity e WHERE s.uscc <> '' AND e.uscc = s.uscc
"""
_KNOWN_BY_CODE = """
    UPDATE exchange_staging s SET unit_id = u.id
      FROM units_unit u WHERE u.device_code = s.device_code
"""
# An old register's code is no key of ours: only units in the actor's scope are meant by it.
_KNOWN_BY_OLD_CODE = """
    UPDATE exchange_staging s SET unit_id = u.id
      FROM (SELECT registration_code, max(id) AS id FROM units_unit
             WHERE registration_code IN (SELECT registration_code FROM exchange_staging
                                          WHERE device_code IS NULL)
               AND region_id LIKE %s
             GROUP BY registration_code) u
     WHERE s.device_code IS NULL AND u.registration_code = s.registration_code
"""
_LOCK = """
    SELECT id FROM units_unit WHERE id IN (SELECT unit_id FROM exchange_staging)
     ORDER BY id FOR NO KEY UPDATE
"""
_ELSEWHERE = """
    DELETE FROM exchange_staging s USING units_unit u
     WHERE u.id = s.unit_id AND u.region_id NOT LIKE %s RETURNING s.line
"""
_LINES_ON_MAPS = """
    DELETE FROM exchange_staging s USING units_unit u
     WHERE u.id = s.unit_id AND u.route IS NOT NULL AND s.kind <> '8' RETURNING s.line
"""
_INSERT = """
    INSERT INTO units_unit
           (device_code, registration_code, category_id, kind, local_sub_variety,
            catalogue_version, product_name, model, factory_no, internal_no, rescue_no,
            parameters, using_entity_id, region_id, address, position, source_datum,
            source_coordinates, out_of_jurisdiction, first_used_on, status,
            last_conclusion, open_defects, serious_defects, created_at, updated_at, version)
    SELECT device_code, nullif(registration_code, ''), category_id, kind, '', '2014',
           product_name, model, factory_no, internal_no, '', '{}', using_entity_id, region_id,
           address, ST_SetSRID(ST_MakePoint(lng, lat), 4326), coalesce(source_datum, 'WGS84'),
           source_coordinates, false, first_used_on, 'unregistered', '', 0, 0, %s, %s, 1
      FROM exchange_staging WHERE unit_id IS NULL ORDER BY line
    ON CONFLICT (device_code) DO NOTHING
"""
# What an update writes. An empty cell empties a text, but never takes away a code, a place, a
# day or a using unit: a table without them says nothing of them.
_ALWAYS = {
    "device_code": "coalesce(s.device_code, u.device_code)",
    "category_id": "s.category_id",
    "kind": "s.kind",
    "region_id": "s.region_id",
    "using_entity_id": "coalesce(s.using_entity_id, u.using_entity_id)",
    "first_used_on": "coalesce(s.first_used_on, u.first_used_on)",
    "position": "coalesce(ST_SetSRID(ST_MakePoint(s.lng, s.lat), 4326), u.position)",
    "source_datum": "coalesce(s.source_datum, u.source_datum)",
    "source_coordinates": "coalesce(s.source_coordinates, u.source_coordinates)",
}
_DERIVED_FROM = ("category_id", "region_id", "first_used_on")


class Raced(Exception):
    """Another writer entered one of the units meanwhile: the chunk must be done again."""


@dataclass(slots=True)
class Written:
    """What became of a chunk. Lines in ``elsewhere`` and ``on_maps`` were refused."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    elsewhere: list[int] = field(default_factory=list)
    on_maps: list[int] = field(default_factory=list)


def write(rows: Sequence[Checked], *, prefix: str, columns: Sequence[str]) -> Written:
    """Enter or update the units of ``rows``; ``columns`` are the texts that the table has.

    Units outside the regions that begin with ``prefix`` are left alone. Raises Raced.
    """
    scope = f"{prefix}%"
    # Units known by an old code only have no unique column that would keep two imports apart.
    locks.wait_for("exchange/staging")
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        _fill(rows)
        for statement in (_ENTITIES, _USERS, _KNOWN_BY_CODE):
            cursor.execute(statement)
        cursor.execute(_KNOWN_BY_OLD_CODE, [scope])
        cursor.execute(_LOCK)
        written = Written(elsewhere=_lines(cursor, _ELSEWHERE, [scope]))
        written.on_maps = _lines(cursor, _LINES_ON_MAPS, [])
        _enter(cursor, written)
        _change(cursor, written, columns)
    return written


def _fill(rows: Sequence[Checked]) -> None:
    raw: psycopg.Connection[Any] = connection.connection
    with raw.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            lng, lat = row.point or (None, None)
            copy.write_row(
                (row.line, row.device_code, row.category, row.kind, row.region, row.uscc,
                 row.entity_name, row.first_used_on, lng, lat, row.source_datum,
                 row.source_coordinates, *[row.plain.get(name, "") for name in PLAIN])
            )  # fmt: skip


def _lines(cursor: Any, statement: str, arguments: list[str]) -> list[int]:
    cursor.execute(statement, arguments)
    return [line for (line,) in cursor.fetchall()]


def _enter(cursor: Any, written: Written) -> None:
    cursor.execute("SELECT count(*) FROM exchange_staging WHERE unit_id IS NULL")
    wanted = cursor.fetchone()[0]
    if wanted:
        now = clock.now()
        cursor.execute(_INSERT, [now, now])
        written.created = cursor.rowcount
        if written.created != wanted:
            raise Raced


def _change(cursor: Any, written: Written, columns: Sequence[str]) -> None:
    """Update the units that differ; those with records get their state derived anew."""
    cursor.execute("SELECT count(*) FROM exchange_staging WHERE unit_id IS NOT NULL")
    known = cursor.fetchone()[0]
    if not known:
        return
    new = _ALWAYS | {name: f"s.{name}" for name in columns}
    if "registration_code" in columns:
        new["registration_code"] = "coalesce(nullif(s.registration_code, ''), u.registration_code)"
    derived = _differing({name: new[name] for name in _DERIVED_FROM})
    cursor.execute(
        "SELECT u.id FROM exchange_staging s JOIN units_unit u ON u.id = s.unit_id"  # noqa: S608
        f" WHERE {derived} AND EXISTS (SELECT FROM units_record r WHERE r.unit_id = u.id)"
    )
    moved = [pk for (pk,) in cursor.fetchall()]
    assignments = ", ".join(f"{name} = {value}" for name, value in new.items())
    cursor.execute(
        f"UPDATE units_unit u SET {assignments}, version = u.version + 1, updated_at = %s"  # noqa: S608
        f" FROM exchange_staging s WHERE u.id = s.unit_id AND {_differing(new)}",
        [clock.now()],
    )
    written.updated = cursor.rowcount
    written.unchanged = known - written.updated
    for unit in Unit.objects.filter(pk__in=moved).order_by("pk"):
        recompute(unit=unit)


def _differing(new: dict[str, str]) -> str:
    old = ", ".join(f"u.{name}" for name in new)
    return f"({old}) IS DISTINCT FROM ({', '.join(new.values())})"
