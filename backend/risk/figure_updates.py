"""Rescoring some units and moving every figure by what changed: one statement, one snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connection

from backend.risk import score_sql
from backend.risk.models import SUMS
from backend.risk.weights import Model
from geo.pyramid import CELL_LEVELS, MAX_ZOOM

UNITS_SCOPE = ("u.id = ANY(%(units)s::bigint[])", "unit_id = ANY(%(units)s::bigint[])")
RANGE_SCOPE = ("u.id BETWEEN %(first)s AND %(last)s", "unit_id BETWEEN %(first)s AND %(last)s")
"""Which units: the scope over the register, and the same over standings."""

_KEY = "region_id, kind, status"
_PARTS = {
    "units": "1",
    "overdue": "overdue::int",
    "due_soon": "due_soon::int",
    "failed": "failed::int",
    "hazards": "hazards",
    "unseen": "unseen::int",
    "score_sum": "score",
    **{f"band{n}": f"(level = {n + 1})::int" for n in range(5)},
}
"""What one standing adds to each sum."""


def sums_sql(sign: str = "") -> str:
    """The sums over standings, in the order of ``SUMS``; each row counts ``sign`` times."""
    times = f"{sign} * " if sign else ""
    return ", ".join(f"sum({times}{_PARTS[name]})::{_sum_type(name)} AS {name}" for name in SUMS)


def _sum_type(name: str) -> str:
    return "bigint" if name == "score_sum" else "int"


@cache
def _update_statement(model: Model, scope: tuple[str, str]) -> str:
    columns = ", ".join(score_sql.COLUMNS)
    names = ", ".join(SUMS)
    changed = " OR ".join(f"{name} <> 0" for name in SUMS)
    added = ", ".join(f"{name} = f.{name} + EXCLUDED.{name}" for name in SUMS)
    grown = ", ".join(f"coalesce(c.{name}, 0) + m.{name}" for name in SUMS)
    replaced = ", ".join(f"{name} = EXCLUDED.{name}" for name in score_sql.COLUMNS[1:])
    return f"""
    WITH scored AS MATERIALIZED ({score_sql.unit_scores_sql(model, scope[0])}),
    new AS MATERIALIZED (SELECT * FROM scored LIMIT %(most)s),
    old AS MATERIALIZED (SELECT {columns} FROM risk_standing WHERE {scope[1]}),
    differ AS MATERIALIZED (
        SELECT unit_id FROM old FULL JOIN new USING (unit_id) WHERE old IS DISTINCT FROM new
         LIMIT %(most)s),
    gone AS (DELETE FROM risk_standing s USING differ WHERE s.unit_id = differ.unit_id
        AND NOT EXISTS (SELECT FROM new WHERE new.unit_id = s.unit_id)),
    put AS (INSERT INTO risk_standing ({columns})
        SELECT {columns} FROM new JOIN differ USING (unit_id)
        ON CONFLICT (unit_id) DO UPDATE SET {replaced}),
    delta AS MATERIALIZED (
        SELECT -1 AS sign, {columns} FROM old JOIN differ USING (unit_id)
        UNION ALL SELECT 1, {columns} FROM new JOIN differ USING (unit_id)),
    cells AS (INSERT INTO risk_cellfigures AS f (level, cell, {_KEY}, {names})
        SELECT * FROM (
            SELECT of_cell, cell >> 2 * ({MAX_ZOOM} - of_cell) AS cell, {_KEY}, {sums_sql("sign")}
              FROM delta CROSS JOIN unnest(ARRAY{list(CELL_LEVELS)}) of_cell
             WHERE cell IS NOT NULL GROUP BY 1, 2, {_KEY}) moved
         WHERE {changed} ORDER BY 1, 2
        ON CONFLICT (level, cell, {_KEY}) DO UPDATE SET {added}
        RETURNING units),
    moved AS MATERIALIZED (SELECT * FROM (
        SELECT {_KEY}, {sums_sql("sign")} FROM delta GROUP BY {_KEY}) moved WHERE {changed}),
    closed AS (UPDATE risk_regionfigures f SET valid_to = %(day)s FROM moved m
        WHERE (f.region_id, f.kind, f.status) = (m.region_id, m.kind, m.status)
          AND f.valid_to IS NULL AND f.valid_from < %(day)s RETURNING f.*),
    opened AS (INSERT INTO risk_regionfigures AS f (valid_from, {_KEY}, {names})
        SELECT %(day)s, m.region_id, m.kind, m.status, {grown} FROM moved m
          LEFT JOIN closed c ON (c.region_id, c.kind, c.status) = (m.region_id, m.kind, m.status)
        ON CONFLICT (valid_from, {_KEY}) DO UPDATE SET {added}
        RETURNING units)
    SELECT (SELECT count(*) FROM differ),
           (SELECT count(*) FROM cells WHERE units = 0),
           (SELECT count(*) FROM opened WHERE units = 0)"""


def update_figures(
    *, model: Model, day: dt.date, scope: tuple[str, str], parameters: Mapping[str, Any], most: int
) -> int:
    """Bring standings and figures of the units in ``scope`` to ``day``; returns how many changed.

    ``most`` units the scope holds at most. The planner cannot know that each has one standing: it
    expects millions of them and reads the whole table to find a thousand, unless a limit tells it.
    Runs in the caller's transaction, under the follower's lock: two at once would count double.
    """
    with connection.cursor() as cursor:
        cursor.execute(_update_statement(model, scope), dict(parameters, day=day, most=most))
        changed, empty_cells, empty_regions = cursor.fetchone()
        if empty_cells:
            cursor.execute("DELETE FROM risk_cellfigures WHERE units = 0")
        if empty_regions:
            cursor.execute(
                "DELETE FROM risk_regionfigures"
                " WHERE valid_from = %s AND valid_to IS NULL AND units = 0",
                [day],
            )
    return int(changed)
