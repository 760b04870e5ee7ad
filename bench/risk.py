"""What it costs to know where the danger is: rebuilding, following, and the panel of a region."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from backend.accounts.models import Role, User
from backend.events import feed
from backend.lib import clock, locks
from backend.risk import overviews
from backend.risk.figures_query import FiguresQuery
from backend.risk.follower import follow_changes
from backend.risk.full_rebuild import LOCK, rebuild_figures
from backend.risk.models import Reader
from backend.units.models import Unit
from bench.callers import result_row, time_call

CHANGED_UNITS = 20_000
UNITS_PER_WRITE = 50
REPEATS = 25
_COUNT_SQL = """
    SELECT u.region_id, count(*), count(*) FILTER (WHERE u.next_due_on < %(day)s),
           count(*) FILTER (WHERE u.held_from <= %(day)s), sum(u.open_defects)
      FROM units_unit u WHERE u.status NOT IN ('dismantled', 'cancelled', 'moved_out')
       AND u.region_id >= %(from)s AND u.region_id < %(to)s GROUP BY u.region_id"""


def run() -> list[dict[str, Any]]:
    """The figures, at the size of the register at hand."""
    size = Unit.objects.count()
    return [*_rebuild_rows(size), *_measure_follower(size), *_panel_rows(size)]


def _rebuild_rows(size: int) -> list[dict[str, Any]]:
    """The row of rebuilding everything from nothing, where no history would be lost by it."""
    with locks.try_lock(LOCK) as held:
        assert held, "somebody follows this database"
        kept = Reader.objects.first()
        if kept is not None and kept.history_from < kept.daily_from:
            return []
        seconds = time_call(rebuild_figures)
    return [result_row("risk.rebuild", size / seconds, "units/s", size)]


def _measure_follower(size: int) -> list[dict[str, Any]]:
    """The rows of taking in many changes at once, and one alone."""
    follow_changes()
    units = list(
        Unit.objects.values_list("pk", flat=True).order_by("pk")[: 40 * CHANGED_UNITS : 40]
    )
    rng = random.Random(1)
    rng.shuffle(units)
    writing = time_call(
        lambda: [
            _change_units(units[n : n + UNITS_PER_WRITE])
            for n in range(0, len(units), UNITS_PER_WRITE)
        ]
    )
    _wait_for_horizon()
    taking = time_call(follow_changes)
    alone = []
    for unit in units[:REPEATS]:
        _change_units([unit])
        _wait_for_horizon()
        alone.append(time_call(follow_changes))
    return [
        result_row("risk.changes_taken_in", len(units) / taking, "units/s", size,
            "written", len(units) / writing),
        result_row("risk.delay_of_one_change", statistics.median(alone) * 1000, "ms", size),
    ]  # fmt: skip


def _change_units(units: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE units_unit SET version = version + 1,"
            " held_from = CASE WHEN held_from IS NULL THEN %s END WHERE id = ANY(%s)",
            [clock.today(), units],
        )  # fmt: skip


def _wait_for_horizon() -> None:
    """Wait for the horizon to pass what was just written: another session may hold it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(xid), 0) FROM events_change")
        (newest,) = cursor.fetchone()
    while feed.read_horizon().xid <= newest:
        time.sleep(0.02)


def _panel_rows(size: int) -> list[dict[str, Any]]:
    """The rows of the panel of the province, a city and a county, beside counting in the
    register."""
    supervisor = User.objects.filter(role=Role.SUPERVISOR, region="370000").first()
    assert supervisor is not None
    reader = Reader.objects.get()
    rows = []
    for name, code, prefix in (
        ("province", "370000", "37"), ("city", "370100", "3701"), ("county", "370102", "370102"),
    ):  # fmt: skip
        asked = FiguresQuery(code, reader.day)
        ours = _median_ms(
            lambda asked=asked: overviews.build_overview(
                user=supervisor, query=asked, reader=reader
            )
        )
        raw = _median_ms(lambda prefix=prefix: _count_in_register(prefix), REPEATS // 5)
        rows.append(result_row(f"risk.panel_{name}", ours, "ms", size, "raw GROUP BY", raw))
    return rows


def _count_in_register(prefix: str) -> None:
    with connection.cursor() as cursor:
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        cursor.execute(_COUNT_SQL, {"day": clock.today(), "from": prefix, "to": beyond})
        cursor.fetchall()


def _median_ms(work: Callable[[], object], times: int = REPEATS) -> float:
    work()
    return statistics.median(time_call(work) for _n in range(times)) * 1000
