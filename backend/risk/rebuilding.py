"""Computing everything anew: for a register that was filled without the feed, or other weights.

``rebuild`` empties and fills; until it ends there are no figures. ``rescore`` goes through the register by
differences; readers notice nothing. Both leave what a follower would have left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import F

from backend.events import feed
from backend.lib import clock
from backend.risk import changes, rates, scoring, weights
from backend.risk.applying import RANGE, apply, sums
from backend.risk.models import SUMS, Reader
from backend.risk.months import turn_months
from geo.pyramid import CELL_LEVELS, MAX_ZOOM

LOCK = "risk/follower"
"""Whoever writes standings and figures holds it; see ``backend.lib.locks.tried``."""

PORTION = 50_000
_KEY = "region_id, kind, status"
_NAMES = ", ".join(SUMS)
_ADDED = ", ".join(f"sum({name})" for name in SUMS)


def rebuild() -> int:
    """Standings and figures from nothing; returns how many standings. The caller holds ``LOCK``.

    In several transactions, for every reader of the feed waits for the oldest. There is no reader
    until the end: meanwhile there are no figures, and after a kill the follower begins anew.
    """
    positions = changes.at_the_end(clock.now(), feed.horizon())
    today, model = clock.today(), weights.in_force(clock.today())
    version = _next_version()
    _patiently("SELECT risk_empty_figures()")
    rates.draw(model, today)
    total = sum(_fill(model, today, *portion) for portion in portions("units_unit", "id"))
    with transaction.atomic():
        _patiently(*all_figures(today))
        Reader.objects.create(
            **positions, day=today, model=model.version, version=version,
            history_from=today, daily_from=today,
        )  # fmt: skip
    _patiently("SELECT risk_analyze_figures()")
    return total


def rescore() -> int:
    """Every unit anew, by differences; returns how many standings changed. Needs ``LOCK``."""
    positions = changes.at_the_end(clock.now(), feed.horizon())
    today, model = clock.today(), weights.in_force(clock.today())
    rates.draw(model, today)
    total = 0
    with transaction.atomic():
        turn_months(Reader.objects.get().day, today)
    for first, last in portions("units_unit", "id", "risk_standing", "unit_id"):
        with transaction.atomic():
            facts = {"first": first, "last": last}
            most = last - first + 1
            total += apply(model=model, day=today, scope=RANGE, facts=facts, most=most)
    Reader.objects.update(**positions, day=today, model=model.version, version=F("version") + 1)
    return total


def _fill(model: weights.Model, today: dt.date, first: int, last: int) -> int:
    columns = ", ".join(scoring.COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        cursor.execute(
            f"INSERT INTO risk_standing ({columns}) {scoring.standings(model, RANGE[0])}",
            {"day": today, "first": first, "last": last},
        )
        return int(cursor.rowcount)


def all_figures(today: dt.date) -> Iterator[str]:
    """The SQL of all figures from all standings; each level of cells from the one below it."""
    finest = CELL_LEVELS[-1]
    yield f"""
        INSERT INTO risk_cellfigures (level, cell, {_KEY}, {_NAMES})
        SELECT {finest}, cell >> 2 * ({MAX_ZOOM} - {finest}), {_KEY}, {sums()}
          FROM risk_standing WHERE cell IS NOT NULL GROUP BY 2, {_KEY} ORDER BY 2"""
    for level, below in zip(CELL_LEVELS[-2::-1], CELL_LEVELS[::-1], strict=False):
        yield f"""
            INSERT INTO risk_cellfigures (level, cell, {_KEY}, {_NAMES})
            SELECT {level}, cell >> 2 * ({below} - {level}), {_KEY}, {_ADDED}
              FROM risk_cellfigures WHERE level = {below} GROUP BY 2, {_KEY} ORDER BY 2"""
    yield f"""
        INSERT INTO risk_regionfigures (valid_from, {_KEY}, {_NAMES})
        SELECT '{today}', {_KEY}, {sums()} FROM risk_standing GROUP BY {_KEY}"""


def portions(*tables: str) -> Iterator[tuple[int, int]]:
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


def _patiently(*statements: str) -> None:
    """In one transaction, however long they take."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        for statement in statements:
            cursor.execute(statement)
