"""What the score reads of a unit, in SQL: one row each of clocks, records, defects, letters and tag.

Every part reads only the units of the CTE ``unit`` and only what had happened by ``%(day)s``, so
the same text serves ten units, a whole register and a day of the past.
"""

from __future__ import annotations

from backend.risk.ratios import LEVEL
from backend.units.timeline import LATEST_FIRST_SQL, NOT_SUPERSEDED_SQL
from geo.pyramid import MAX_ZOOM

GONE_STATUSES = ("dismantled", "cancelled", "moved_out")
"""States of units that are no longer there: no score, no figure and no mark on a map has them."""
GONE_STATUSES_SQL = str(GONE_STATUSES)
"""The same as SQL."""

_EDGE = 85.05112877980659
_POINT = "coalesce(u.position, ST_LineInterpolatePoint(u.route, 0.5))"
PLACE = f"""ST_Transform(ST_SetSRID(ST_MakePoint(
               ST_X({_POINT}), greatest(-{_EDGE}, least({_EDGE}, ST_Y({_POINT})))), 4326), 3857)"""
"""Where a unit is drawn: beyond the edge of the map at the edge, piping at its middle."""

HELD = "coalesce(u.held_from <= %(day)s, false)"
"""Whether it must not be used, on ``%(day)s``."""

PRESENT = f"""
    SELECT u.*, risk_cell(u.place) AS cell FROM (
    SELECT u.id, u.region_id, u.kind, u.category_id, u.status, u.held_from, u.safety_grade,
           u.last_conclusion, u.next_due_on, u.registered_on, u.first_used_on, u.maintainer_id,
           u.model, {PLACE} AS place
      FROM units_unit u WHERE {{scope}} AND u.status NOT IN {GONE_STATUSES_SQL}) u"""
"""The units as the register holds them now; ``scope`` says which."""

CLOCKS = """
    SELECT k.unit_id,
           min(k.due_on) FILTER (WHERE k.kind = 'periodic') AS periodic_due,
           min(k.due_on) FILTER (WHERE k.kind = 'internal') AS internal_due,
           min(k.due_on) FILTER (WHERE k.kind = 'external') AS external_due,
           min(k.due_on) FILTER (WHERE k.kind = 'full') AS full_due,
           min(k.due_on) FILTER (WHERE k.kind = 'annual') AS annual_due,
           min(k.due_on) FILTER (WHERE k.kind = 'self_detection') AS self_detection_due
      FROM unit JOIN units_clock k ON k.unit_id = unit.id GROUP BY k.unit_id"""

# A record that a later one supersedes never was.
_IN_FORCE = f"""
      FROM unit JOIN units_record r ON r.unit_id = unit.id AND r.happened_on <= %(day)s
       AND {NOT_SUPERSEDED_SQL}"""

INSPECTIONS = f"""
    SELECT r.unit_id,
           count(*) FILTER (WHERE failed AND r.happened_on > %(day)s - {{past_failures}})
               AS failures,
           min(r.happened_on) FILTER (WHERE failed AND r.happened_on > %(day)s - {{past_failures}})
               AS failed_on,
           max(r.id) FILTER (WHERE failed) AS failed_record,
           (array_agg(r.id ORDER BY {LATEST_FIRST_SQL}))[1] AS last_record,
           (array_agg(r.id ORDER BY {LATEST_FIRST_SQL})
               FILTER (WHERE i.safety_grade IS NOT NULL))[1] AS grade_record
      {_IN_FORCE} AND r.stage = 'inspection'
      JOIN units_inspection i ON i.record_ptr_id = r.id
      CROSS JOIN LATERAL (SELECT i.conclusion IN ('fail', 'refail', 'not_conforms')) f (failed)
     GROUP BY r.unit_id"""

LIVES = f"""
    SELECT r.unit_id,
           min(r.happened_on) FILTER (WHERE r.stage = 'manufacture') AS made_on,
           min(r.id) FILTER (WHERE r.stage = 'manufacture') AS made_record,
           (array_agg(k.maker ORDER BY {LATEST_FIRST_SQL})
               FILTER (WHERE r.stage = 'manufacture'))[1] AS maker,
           max(d.design_life_years) AS life_years,
           count(*) FILTER (WHERE r.stage = 'accident'
               AND r.happened_on > %(day)s - {{accidents}}) AS accidents,
           min(r.happened_on) FILTER (WHERE r.stage = 'accident'
               AND r.happened_on > %(day)s - {{accidents}}) AS accident_on,
           max(r.id) FILTER (WHERE r.stage = 'accident') AS accident_record,
           sum(a.deaths) FILTER (WHERE r.happened_on > %(day)s - {{accidents}}) AS deaths,
           max(r.id) FILTER (WHERE a.deaths > 0) AS deaths_record,
           max(r.happened_on) FILTER (WHERE m.record_ptr_id IS NOT NULL) AS maintained_on,
           max(r.id) FILTER (WHERE m.record_ptr_id IS NOT NULL) AS maintenance_record
      {_IN_FORCE} AND r.stage IN ('design', 'manufacture', 'accident', 'repair')
      LEFT JOIN units_design d ON r.stage = 'design' AND d.record_ptr_id = r.id
      LEFT JOIN units_manufacture k ON r.stage = 'manufacture' AND k.record_ptr_id = r.id
      LEFT JOIN units_accident a ON r.stage = 'accident' AND a.record_ptr_id = r.id
      LEFT JOIN units_repair m ON r.stage = 'repair' AND m.record_ptr_id = r.id
                              AND m.work = 'maintenance'
     GROUP BY r.unit_id"""

SPECIES = "left(u.category_id, 2)"
GROUP_KEYS = {
    "around": f"(u.cell >> {2 * (MAX_ZOOM - LEVEL)})::text",
    "same_maker": "nullif(l.maker, '')",
    "same_maintainer": "u.maintainer_id::text",
    "same_model": "nullif(u.model, '')",
}
"""Which group of its species a unit belongs to, by name of the measure; see ``rates``."""

DEFECTS = """
    SELECT d.unit_id, count(*) AS open_ones,
           count(*) FILTER (WHERE d.severity = 'serious') AS serious,
           count(*) FILTER (WHERE d.severity <> 'serious') AS general,
           count(*) FILTER (WHERE d.item <> '' AND EXISTS (
               SELECT FROM inspections_defect b WHERE b.unit_id = d.unit_id AND b.item = d.item
                  AND b.id <> d.id AND b.found_on < d.found_on)) AS repeated,
           min(d.found_on) FILTER (WHERE d.severity = 'serious') AS serious_on,
           min(d.id) FILTER (WHERE d.severity = 'serious') AS serious_defect,
           min(d.id) AS defect
      FROM unit JOIN inspections_defect d ON d.unit_id = unit.id AND d.found_on <= %(day)s
       AND (d.closed_on IS NULL OR d.closed_on > %(day)s)
     GROUP BY d.unit_id"""

COMPLAINTS = """
    SELECT k.unit_id, max(k.matter_id) AS matter,
           count(DISTINCT h.sent_as) FILTER (WHERE h.substantiated_on > %(day)s - {complaints})
               AS letters,
           min(h.substantiated_on) FILTER (WHERE h.substantiated_on > %(day)s - {complaints})
               AS letter_on,
           count(DISTINCT h.sent_as)
               FILTER (WHERE h.substantiated_on > %(day)s - {complaints_recent}) AS recent,
           min(h.substantiated_on)
               FILTER (WHERE h.substantiated_on > %(day)s - {complaints_recent}) AS recent_on
      FROM unit JOIN matters_link k ON k.unit_id = unit.id AND k.kind = 'about'
      JOIN hotline_hotlinematter h ON h.matter_id = k.matter_id AND h.substantiated_on <= %(day)s
     GROUP BY k.unit_id"""
"""Letters to the hotline, each once though it became two matters; who told them is not read."""

TAGS = """
    SELECT b.unit_id, b.tag_id, s.id AS scan,
           (b.bound_at AT TIME ZONE 'Asia/Shanghai')::date AS bound_on,
           (s.received_at AT TIME ZONE 'Asia/Shanghai')::date AS seen_on
      FROM unit JOIN tagging_binding b ON b.unit_id = unit.id
       AND (b.unbound_at IS NULL
            OR b.unbound_at >= (%(day)s + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
      LEFT JOIN LATERAL (
          SELECT id, received_at FROM tagging_scan WHERE code = b.tag_id
             AND received_at < (%(day)s + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
           ORDER BY id DESC LIMIT 1) s ON true
     WHERE b.bound_at < (%(day)s + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"""
