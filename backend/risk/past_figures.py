"""Figures of the past from the lives of units: of the months before the register was followed, and
of any day anew by what is known today.

One day of each month is computed: its first. The score of then is the same statement over what
the units were then; clocks that have run on since stand in a table of their own meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import psycopg
from django.db import connection, transaction

from backend.lib.months import add_months, month_start
from backend.risk import score_sql, weights
from backend.risk.figure_updates import sums_sql
from backend.risk.full_rebuild import id_ranges
from backend.risk.models import SUMS, Reader
from backend.risk.past_states import PastState, past_states_of_range, past_states_of_units
from backend.risk.source_sql import GONE_STATUSES_SQL

_KEY = "region_id, kind, status"
_NAMES = ", ".join(SUMS)
_TABLES = (
    "CREATE TEMP TABLE risk_past (unit_id bigint, since date, until date, region_id varchar"
    ' COLLATE "C", status varchar COLLATE "C", held_from date, safety_grade smallint,'
    " last_conclusion varchar, next_due_on date, registered_on date) ON COMMIT DROP",
    "CREATE TEMP TABLE risk_past_clock (unit_id bigint, kind varchar, since date, until date,"
    " due_on date) ON COMMIT DROP",
)
_THEN = f"""
    WITH units_clock AS (
        SELECT unit_id, kind, due_on FROM risk_past_clock
         WHERE since <= %(day)s AND %(day)s < until),
    unit AS MATERIALIZED (
        SELECT p.unit_id AS id, p.region_id, u.kind, u.category_id, p.status, p.held_from,
               p.safety_grade, p.last_conclusion, p.next_due_on, p.registered_on,
               u.first_used_on, u.maintainer_id, u.model, NULL::geometry AS place,
               NULL::bigint AS cell
          FROM risk_past p JOIN units_unit u ON u.id = p.unit_id
         WHERE p.since <= %(day)s AND %(day)s < p.until AND p.status NOT IN {GONE_STATUSES_SQL})"""


def backfill_months(months: int) -> None:
    """Write the figures of the last ``months`` months; needs a rebuild just before, and its lock."""
    reader = Reader.objects.get()
    latest = month_start(reader.day - dt.timedelta(days=1))
    days = [add_months(latest, -back) for back in range(months - 1, -1, -1)]
    if not days:
        return
    model = weights.get_model_in_force(reader.day)
    for first, last in id_ranges("units_unit", "id"):
        # Each by itself: every reader of the feed waits for the oldest transaction.
        with transaction.atomic():
            _execute_statements("SET LOCAL statement_timeout = 0", "SET LOCAL work_mem = '128MB'")
            _store_past_states(past_states_of_range(first, last, days, reader.day))
            for day, until in zip(days, [*days[1:], reader.day], strict=True):
                _add_figures(model, day, until)
    Reader.objects.update(history_from=days[0], daily_from=reader.day)


@transaction.atomic
def compute_past_sums(units: Sequence[int], day: dt.date) -> list[dict[str, Any]]:
    """The sums over ``units`` on ``day`` by what is known of it today, by the key of figures.

    Scored by the weights that were in force then, so that only what was told since makes a
    difference to the figures that were published.
    """
    _store_past_states(past_states_of_units(units, day))
    scored = score_sql.unit_scores_sql(weights.get_model_in_force(day), units=_THEN)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_KEY}, {sums_sql()} FROM ({scored}) s GROUP BY {_KEY}", {"day": day}
        )
        names = (*_KEY.split(", "), *SUMS)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _store_past_states(lives: Iterable[PastState]) -> None:
    """Put the lives into tables of this transaction, where the score finds them.

    They are folded before: a connection that copies reads nothing meanwhile.
    """
    lives = list(lives)
    _execute_statements("DROP TABLE IF EXISTS risk_past, risk_past_clock", *_TABLES)
    raw: psycopg.Connection[Any] = connection.connection
    clocks: list[Sequence[object]] = []
    with raw.cursor() as cursor:
        with cursor.copy("COPY risk_past FROM STDIN") as copy:
            for past in lives:
                copy.write_row(_past_state_row(past))
                span = (past.since, past.until)
                clocks += [(past.unit, due.clock, *span, due.due_on) for due in past.state.dues]
        with cursor.copy("COPY risk_past_clock FROM STDIN") as copy:
            for clock in clocks:
                copy.write_row(clock)
    _execute_statements("ANALYZE risk_past", "ANALYZE risk_past_clock")


def _past_state_row(past: PastState) -> Sequence[object]:
    state = past.state
    return (
        past.unit, past.since, past.until, past.region, str(state.status), state.held_from,
        state.safety_grade, str(state.last_conclusion), state.next_due_on(statutory=True), state.registered_on,
    )  # fmt: skip


@cache
def _insert_statement(model: weights.Model) -> str:
    added = ", ".join(f"{name} = f.{name} + EXCLUDED.{name}" for name in SUMS)
    return f"""
        INSERT INTO risk_regionfigures AS f (valid_from, valid_to, {_KEY}, {_NAMES})
        SELECT %(day)s, %(until)s, {_KEY}, {sums_sql()}
          FROM ({score_sql.unit_scores_sql(model, units=_THEN)}) s GROUP BY {_KEY}
            ON CONFLICT (valid_from, {_KEY}) DO UPDATE SET {added}"""


def _add_figures(model: weights.Model, day: dt.date, until: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_insert_statement(model), {"day": day, "until": until})


def _execute_statements(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
