"""The SQL by which the rows of a chunk change units that the register knows."""

from __future__ import annotations

from collections.abc import Sequence

DERIVED = (
    "status", "registered_on", "certificate_no", "held_from", "last_inspected_on",
    "last_conclusion", "safety_grade", "next_due_on", "own_due_on",
)  # fmt: skip
"""The columns of a unit that its records say, as they were folded for the chunk."""

TOLD = (
    "device_code", "registration_code", "category_id", "kind", "product_name", "model",
    "factory_no", "internal_no", "parameters", "using_entity_id", "owner_id", "maintainer_id",
    "region_id", "address", "position", "source_datum", "source_coordinates", "first_used_on",
)  # fmt: skip
"""The columns of a unit that its row in a table may tell."""

STAGED = ("line", "unit_id", "folded", *TOLD, *DERIVED)
"""The columns of ``exchange_staging``; ``folded``: whether the derived ones are to be taken."""

# As the columns of units are; a text that says nothing is empty, whatever the unit has.
STAGING_TABLE = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS exchange_staging AS
    SELECT 0 AS line, id AS unit_id, false AS folded, {", ".join(TOLD)}, {", ".join(DERIVED)}
      FROM units_unit WITH NO DATA;
    TRUNCATE exchange_staging
"""  # noqa: S608 - constants

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
    "position": "coalesce(s.position, u.position)",
    "source_datum": "coalesce(s.source_datum, u.source_datum)",
    "source_coordinates": "coalesce(s.source_coordinates, u.source_coordinates)",
}


def update_known_units_sql(columns: Sequence[str]) -> str:
    """The update of known units that differ, for a table with these texts; gives their lines."""
    new = _ALWAYS | {name: f"s.{name}" for name in columns}
    if "registration_code" in columns:
        new["registration_code"] = "coalesce(s.registration_code, u.registration_code)"
    new |= {name: f"CASE WHEN s.folded THEN s.{name} ELSE u.{name} END" for name in DERIVED}
    assignments = ", ".join(f"{name} = {value}" for name, value in new.items())
    old = ", ".join(f"u.{name}" for name in new)
    return (
        f"UPDATE units_unit u SET {assignments}, version = u.version + 1, updated_at = %s"  # noqa: S608
        " FROM exchange_staging s WHERE u.id = s.unit_id"
        f" AND ({old}) IS DISTINCT FROM ({', '.join(new.values())}) RETURNING s.line"
    )
