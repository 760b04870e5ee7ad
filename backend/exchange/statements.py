"""The SQL of an import: staging tables of one chunk, and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence

DERIVED = (
    "status", "registered_on", "certificate_no", "held_from", "last_inspected_on",
    "last_conclusion", "safety_grade", "next_due_on", "own_due_on",
)  # fmt: skip
"""The columns of a unit that its records say, as they were folded for the chunk."""

TABLES = """
    CREATE TEMPORARY TABLE IF NOT EXISTS exchange_staging (
        line integer, device_code text COLLATE "C", registration_code text COLLATE "C",
        category_id text, kind text, region_id text, product_name text, model text,
        factory_no text, internal_no text, address text, first_used_on date, lng float8,
        lat float8, source_datum text, source_coordinates jsonb, parameters jsonb,
        unit_id bigint, new_id bigint,
        using_entity_id bigint, owner_id bigint, maintainer_id bigint
    );
    CREATE TEMPORARY TABLE IF NOT EXISTS exchange_party (
        line integer, role text, number text COLLATE "C", name text, natural_person boolean
    );
    CREATE TEMPORARY TABLE IF NOT EXISTS exchange_derived (
        line integer, status text, registered_on date, certificate_no text, held_from date,
        last_inspected_on date, last_conclusion text, safety_grade smallint, next_due_on date,
        own_due_on date
    );
    TRUNCATE exchange_staging, exchange_party, exchange_derived
"""
COPY = """
    COPY exchange_staging (line, device_code, category_id, kind, region_id, first_used_on, lng, lat,
        source_datum, source_coordinates, parameters, product_name, model, factory_no, internal_no,
        address, registration_code) FROM STDIN
"""
COPY_PARTIES = "COPY exchange_party FROM STDIN"
COPY_DERIVED = f"COPY exchange_derived (line, {', '.join(DERIVED)}) FROM STDIN"

ENTITIES = """
    INSERT INTO directory_legalentity
           (name, uscc, organisation_code, natural_person, region_id, address, phone)
    SELECT DISTINCT ON (p.number) p.name, p.number, '', p.natural_person, s.region_id, '', ''
      FROM exchange_party p JOIN exchange_staging s USING (line)
     WHERE NOT EXISTS (SELECT FROM directory_legalentity e WHERE e.uscc = p.number)
     ORDER BY p.number, (p.name = ''), line
    ON CONFLICT (uscc) DO NOTHING
"""
PARTIES = """
    UPDATE exchange_staging s
       SET using_entity_id = p.using_entity, owner_id = p.owner, maintainer_id = p.maintainer
      FROM (SELECT p.line, max(e.id) FILTER (WHERE p.role = 'using_entity') AS using_entity,
                   max(e.id) FILTER (WHERE p.role = 'owner') AS owner,
                   max(e.id) FILTER (WHERE p.role = 'maintainer') AS maintainer
              FROM exchange_party p JOIN directory_legalentity e ON e.uscc = p.number
             GROUP BY p.line) p
     WHERE p.line = s.line
"""
# Brackets of either width are the same name.
OTHER_NAMES = """
    SELECT p.line, p.role, e.natural_person, e.name, p.name
      FROM exchange_party p JOIN exchange_staging USING (line)
      JOIN directory_legalentity e ON e.uscc = p.number
     WHERE p.name <> ''
       AND translate(p.name, '（）　', '()') <> translate(e.name, '（）　', '()')
     ORDER BY p.line, p.role
"""
NAMELESS = """
    SELECT p.line, p.role, e.natural_person, e.uscc
      FROM exchange_party p JOIN exchange_staging USING (line)
      JOIN directory_legalentity e ON e.uscc = p.number
     WHERE p.name = '' AND e.name = ''
     ORDER BY p.line, p.role
"""
KNOWN_BY_CODE = """
    UPDATE exchange_staging s SET unit_id = u.id
      FROM units_unit u WHERE u.device_code = s.device_code
"""
# An old register's code is no key of ours: only units in the actor's scope are meant by it.
KNOWN_BY_OLD_CODE = """
    UPDATE exchange_staging s SET unit_id = u.id
      FROM (SELECT registration_code, max(id) AS id FROM units_unit
             WHERE registration_code IN (SELECT registration_code FROM exchange_staging
                                          WHERE device_code IS NULL)
               AND region_id LIKE ANY(%s)
             GROUP BY registration_code) u
     WHERE s.device_code IS NULL AND u.registration_code = s.registration_code
"""
LOCK = """
    SELECT id FROM units_unit WHERE id IN (SELECT unit_id FROM exchange_staging)
     ORDER BY id FOR NO KEY UPDATE
"""
ELSEWHERE = """
    DELETE FROM exchange_staging s USING units_unit u
     WHERE u.id = s.unit_id AND NOT u.region_id LIKE ANY(%s) RETURNING s.line
"""
OTHER_KIND = """
    DELETE FROM exchange_staging s USING units_unit u, units_category c
     WHERE u.id = s.unit_id AND u.kind <> s.kind AND c.code = u.category_id
    RETURNING s.line, c.kind_name
"""
DROP = "DELETE FROM exchange_staging WHERE line = ANY(%s)"
NEW_KEYS = """
    UPDATE exchange_staging s SET new_id = n.id
      FROM (SELECT line, nextval(pg_get_serial_sequence('units_unit', 'id')) AS id
              FROM (SELECT line FROM exchange_staging WHERE unit_id IS NULL ORDER BY line) o) n
     WHERE n.line = s.line
"""
KEYS = "SELECT line, coalesce(unit_id, new_id), unit_id IS NOT NULL FROM exchange_staging"
INSERT = """
    INSERT INTO units_unit
           (id, device_code, registration_code, category_id, kind, local_sub_variety,
            catalogue_version, product_name, model, factory_no, internal_no, rescue_no,
            parameters, using_entity_id, owner_id, maintainer_id, region_id, address, position,
            source_datum, source_coordinates, out_of_jurisdiction, first_used_on, status,
            registered_on, certificate_no, held_from, last_inspected_on, last_conclusion,
            safety_grade, next_due_on, own_due_on, open_defects, serious_defects,
            created_at, updated_at, version)
    SELECT s.new_id, s.device_code, nullif(s.registration_code, ''), s.category_id, s.kind, '',
           '2014', s.product_name, s.model, s.factory_no, s.internal_no, '', s.parameters,
           s.using_entity_id, s.owner_id, s.maintainer_id, s.region_id, s.address,
           ST_SetSRID(ST_MakePoint(s.lng, s.lat), 4326), coalesce(s.source_datum, 'WGS84'),
           s.source_coordinates, false, s.first_used_on, coalesce(d.status, 'unregistered'),
           d.registered_on, d.certificate_no, d.held_from, d.last_inspected_on,
           coalesce(d.last_conclusion, ''), d.safety_grade, d.next_due_on, d.own_due_on, 0, 0,
           %s, %s, 1
      FROM exchange_staging s LEFT JOIN exchange_derived d USING (line)
     WHERE s.unit_id IS NULL ORDER BY s.line
    ON CONFLICT (device_code) DO NOTHING
"""
# What an update writes. An empty cell empties a text, but never takes away a code, a place, a
# day, a parameter or a party: a table without them says nothing of them.
_ALWAYS = {
    "device_code": "coalesce(s.device_code, u.device_code)",
    "category_id": "s.category_id",
    "region_id": "s.region_id",
    "using_entity_id": "coalesce(s.using_entity_id, u.using_entity_id)",
    "owner_id": "coalesce(s.owner_id, u.owner_id)",
    "maintainer_id": "coalesce(s.maintainer_id, u.maintainer_id)",
    "first_used_on": "coalesce(s.first_used_on, u.first_used_on)",
    "parameters": "u.parameters || s.parameters",
    "position": "coalesce(ST_SetSRID(ST_MakePoint(s.lng, s.lat), 4326), u.position)",
    "source_datum": "coalesce(s.source_datum, u.source_datum)",
    "source_coordinates": "coalesce(s.source_coordinates, u.source_coordinates)",
}
_DERIVED_FROM = ("category_id", "region_id", "first_used_on", "parameters")


def update_sql(columns: Sequence[str]) -> str:
    """The update of known units that differ, for a table with these texts; gives their lines."""
    new = _new_values(columns)
    new |= {name: f"CASE WHEN d.line IS NULL THEN u.{name} ELSE d.{name} END" for name in DERIVED}
    assignments = ", ".join(f"{name} = {value}" for name, value in new.items())
    return (
        f"UPDATE units_unit u SET {assignments}, version = u.version + 1, updated_at = %s"  # noqa: S608
        " FROM exchange_staging s LEFT JOIN exchange_derived d USING (line)"
        f" WHERE u.id = s.unit_id AND {_differs_sql(new)} RETURNING s.line"
    )


def moved_lines_sql(columns: Sequence[str]) -> str:
    """The lines of known units with records whose state hangs on what the row changes."""
    new = _new_values(columns)
    differing = _differs_sql({name: new[name] for name in _DERIVED_FROM})
    return (
        "SELECT s.line FROM exchange_staging s JOIN units_unit u ON u.id = s.unit_id"  # noqa: S608
        f" WHERE {differing} AND EXISTS (SELECT FROM units_record r WHERE r.unit_id = u.id)"
    )


def _new_values(columns: Sequence[str]) -> dict[str, str]:
    new = _ALWAYS | {name: f"s.{name}" for name in columns}
    if "registration_code" in columns:
        new["registration_code"] = "coalesce(nullif(s.registration_code, ''), u.registration_code)"
    return new


def _differs_sql(new: dict[str, str]) -> str:
    old = ", ".join(f"u.{name}" for name in new)
    return f"({old}) IS DISTINCT FROM ({', '.join(new.values())})"
