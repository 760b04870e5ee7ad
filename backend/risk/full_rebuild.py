"""Computing everything anew: for a register that was filled without the feed, or other weights.

``rebuild_figures`` empties and fills; until it ends there are no figures. ``rescore_register`` goes through the register by
differences; readers notice nothing. Both leave what a follower would have left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import F

from backend.events import feed
from backend.lib import clock
from backend.risk import changes, rates, score_sql, weights
from backend.risk.figure_updates import RANGE_SCOPE, sums_sql, update_figures
from backend.risk.models import SUMS, Reader
from backend.risk.month_versions import begin_month_versions
from geo.pyramid import CELL_LEVELS, MAX_ZOOM

LOCK = "risk/follower"
"""Whoever writes standings and figures holds it; see ``backend.lib.locks.try_lock``."""

PORTION = 50_000
_KEY = "region_id, kind, status"
_NAMES = ", ".join(SUMS)
_ADDED = ", ".join(f"sum({name})" for name in SUMS)


def rebuild_figures() -> int:
    """Build scores and figures from nothing; returns how many units have one. The caller holds ``LOCK``.

    In several transactions, for every reader of the feed waits for the oldest. There is no reader
    until the end: meanwhile there are no figures, and after a kill the follower begins anew.
    """
    positions = changes.end_positions(clock.now(), feed.read_horizon())
    today, model = clock.today(), weights.get_model_in_force(clock.today())
    version = _next_version()
    _execute_without_timeout("SELECT risk_empty_figures()")
    rates.recompute_rates(model, today)
    total = sum(
        _insert_unit_scores(model, today, *portion) for portion in id_ranges("units_unit", "id")
    )
    with transaction.atomic():
        _execute_without_timeout(*all_figures_sql(today))
        Reader.objects.create(
            **positions, day=today, model=model.version, version=version,
            history_from=today, daily_from=today,
        )  # fmt: skip
    _execute_without_timeout("SELECT risk_analyze_figures()")
    return total


def rescore_register() -> int:
    """Score every unit anew, by differences; returns how many scores changed. Needs ``LOCK``."""
    positions = changes.end_positions(clock.now(), feed.read_horizon())
    today, model = clock.today(), weights.get_model_in_force(clock.today())
    rates.recompute_rates(model, today)
    total = 0
    with transaction.atomic():
        begin_month_versions(Reader.objects.get().day, today)
    for first, last in id_ranges("units_unit", "id", "risk_standing", "unit_id"):
        with transaction.atomic():
            facts = {"first": first, "last": last}
            most = last - first + 1
            total += update_figures(
                model=model, day=today, scope=RANGE_SCOPE, parameters=facts, most=most
            )
    Reader.objects.update(**positions, day=today, model=model.version, version=F("version") + 1)
    return total


def _insert_unit_scores(model: weights.Model, today: dt.date, first: int, last: int) -> int:
    columns = ", ".join(score_sql.COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        cursor.execute(
            f"INSERT INTO risk_standing ({columns}) {score_sql.unit_scores_sql(model, RANGE_SCOPE[0])}",
            {"day": today, "first": first, "last": last},
        )
        return int(cursor.rowcount)


def all_figures_sql(today: dt.date) -> Iterator[str]:
    """The SQL of all figures from all standings; each level of cells from the one below it."""
    finest = CELL_LEVELS[-1]
    yield f"""
        INSERT INTO risk_cellfigures (level, cell, {_KEY}, {_NAMES})
        SELECT {finest}, cell >> 2 * ({MAX_ZOOM} - {finest}), {_KEY}, {sums_sql()}
          FROM risk_standing WHERE cell IS NOT NULL GROUP BY 2, {_KEY} ORDER BY 2"""
    for level, below in zip(CELL_LEVELS[-2::-1], CELL_LEVELS[::-1], strict=False):
        yield f"""
            INSERT INTO risk_cellfigures (level, cell, {_KEY}, {_NAMES})
            SELECT {level}, cell >> 2 * ({below} - {level}), {_KEY}, {_ADDED}
              FROM risk_cellfigures WHERE level = {below} GROUP BY 2, {_KEY} ORDER BY 2"""
    yield f"""
        INSERT INTO risk_regionfigures (valid_from, {_KEY}, {_NAMES})
        SELECT '{today}', {_KEY}, {sums_sql()} FROM risk_standing GROUP BY {_KEY}"""


def id_ranges(*tables: str) -> Iterator[tuple[int, int]]:
    """Ranges of ids that cover the tables, given as table and column in turn."""
    ends = []
    with connection.cursor() as cursor:
        for table, column in zip(tables[::2], tables[1::2], strict=True):
            cursor.execute(f"SELECT min({column}), max({column}) FROM {table}")
            ends += [end for end in cursor.fetchone() if end is not None]
    if ends:
        for first in range(min(ends), max(ends) + 1, PORTION):
            yield first, first + PORTION - 1


def _next_version() -> int:
    """Grows over every rebuild, even over one that was killed: old tags are not taken for new."""
    known = Reader.objects.values_list("version", flat=True).first()
    return max((known or 0) + 1, int(clock.now().timestamp()))


_PATIENCE = "SET LOCAL statement_timeout = 0"


def _execute_without_timeout(*statements: str) -> None:
    """Run the statements in one transaction, however long they take."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        for statement in statements:
            cursor.execute(statement)
