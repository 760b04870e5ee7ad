"""The document of a unit's card, as PostgreSQL makes it of the unit's own rows.

It holds what changes with the unit alone. Names of others (user, region, category, body) and
whatever depends on the day or on who reads are added by ``reading``.
"""

from __future__ import annotations

from backend.units.timeline import LATEST_FIRST_SQL, NOT_SUPERSEDED_SQL

_COLUMNS = (
    "id", "version", "kind", "device_code", "registration_code", "certificate_no", "internal_no",
    "rescue_no", "product_name", "model", "parameters", "address", "status", "held_from",
    "safety_grade", "open_defects", "serious_defects", "last_inspected_on", "next_due_on",
    "own_due_on",
)  # fmt: skip
_CLOCKS = """
    SELECT jsonb_agg(jsonb_build_object(
        'kind', kind, 'last_on', last_on, 'due_on', due_on, 'opens_on', opens_on, 'rule', rule_id)
        ORDER BY kind)
    FROM units_clock WHERE unit_id = units_unit.id"""
_HOLDS = """
    SELECT jsonb_agg(jsonb_build_object(
        'rule', rule, 'about', about, 'since', since, 'until', until, 'record', record_id)
        ORDER BY since, id)
    FROM units_hold WHERE unit_id = units_unit.id"""
_DEFECTS = """
    SELECT jsonb_agg(jsonb_build_object(
        'id', id, 'item', item, 'text', text, 'severity', severity, 'found_on', found_on)
        ORDER BY id DESC)
    FROM inspections_defect WHERE unit_id = units_unit.id AND closed_on IS NULL"""
_TAGS = """
    SELECT jsonb_agg(jsonb_build_array(tag_id, unbound_at IS NULL) ORDER BY id)
    FROM tagging_binding WHERE unit_id = units_unit.id"""
# The newest of each kind that no correction replaced: which kinds are a body's, the rules say.
_INSPECTIONS = f"""
    SELECT jsonb_agg(said ORDER BY happened_on DESC, stands_at DESC, place DESC) FROM (
        SELECT DISTINCT ON (i.kind) r.happened_on, r.stands_at, coalesce(r.root_id, r.id) AS place,
            jsonb_build_object(
                'record', r.id, 'kind', i.kind, 'conclusion', i.conclusion,
                'happened_on', r.happened_on, 'report_no', i.report_no, 'body', i.body_id,
                'body_name', i.body_name) AS said
        FROM units_record r JOIN units_inspection i ON i.record_ptr_id = r.id
        WHERE r.unit_id = units_unit.id AND {NOT_SUPERSEDED_SQL}
        ORDER BY i.kind, {LATEST_FIRST_SQL}) newest"""  # noqa: S608 - the constants of the timeline
_REGISTERED_BY = f"""
    SELECT g.authority_id
    FROM units_record r JOIN units_registration g ON g.record_ptr_id = r.id
    WHERE r.unit_id = units_unit.id AND {NOT_SUPERSEDED_SQL}
    ORDER BY {LATEST_FIRST_SQL} LIMIT 1"""  # noqa: S608 - the constants of the timeline
_LISTS = {
    "clocks": _CLOCKS,
    "holds": _HOLDS,
    "defects": _DEFECTS,
    "inspections": _INSPECTIONS,
    "tags": _TAGS,
}
_MEMBERS = [
    *(f"'{name}', units_unit.{name}" for name in _COLUMNS),
    "'category', units_unit.category_id",
    "'region', units_unit.region_id",
    "'position', CASE WHEN units_unit.position IS NOT NULL THEN"
    " jsonb_build_array(ST_X(units_unit.position), ST_Y(units_unit.position)) END",
    *(f"'{name}', coalesce(({rows}), '[]')" for name, rows in _LISTS.items()),
    f"'registered_by', ({_REGISTERED_BY})",
]
MADE = f"jsonb_build_object({', '.join(_MEMBERS)})"
"""The document of a row of ``units_unit``, made anew: an SQL expression without parameters."""
KEPT_OR_MADE = f"coalesce(units_unitcard.document, {MADE})"
"""The same where ``units_unitcard`` is joined from the left: what is kept, else made anew."""
