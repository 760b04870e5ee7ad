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
from backend.risk import panels
from backend.risk.follow import follow
from backend.risk.models import Reader
from backend.risk.reading import Asked
from backend.risk.rebuilding import LOCK, rebuild
from backend.units.models import Unit
from bench.callers import row, timed

CHANGED = 20_000
AT_ONCE = 50
TIMES = 25
_RAW = """
    SELECT u.region_id, count(*), count(*) FILTER (WHERE u.next_due_on < %(day)s),
           count(*) FILTER (WHERE u.held_from <= %(day)s), sum(u.open_defects)
      FROM units_unit u WHERE u.status NOT IN ('dismantled', 'cancelled', 'moved_out')
       AND u.region_id >= %(from)s AND u.region_id < %(to)s GROUP BY u.region_id"""


def run() -> list[dict[str, Any]]:
    """The figures, at the size of the register at hand."""
    size = Unit.objects.count()
    return [*_rebuilding(size), *_following(size), *_panels(size)]


def _rebuilding(size: int) -> list[dict[str, Any]]:
    """Everything from nothing, where no history would be lost by it."""
    with locks.tried(LOCK) as held:
        assert held, "somebody follows this database"
        kept = Reader.objects.first()
        if kept is not None and kept.history_from < kept.daily_from:
            return []
        seconds = timed(rebuild)
    return [row("risk.rebuild", size / seconds, "units/s", size)]


def _following(size: int) -> list[dict[str, Any]]:
    """Many changes at once, and one alone."""
    follow()
    units = list(Unit.objects.values_list("pk", flat=True).order_by("pk")[: 40 * CHANGED : 40])
    rng = random.Random(1)
    rng.shuffle(units)
    writing = timed(
        lambda: [_change(units[n : n + AT_ONCE]) for n in range(0, len(units), AT_ONCE)]
    )
    _settled()
    taking = timed(follow)
    alone = []
    for unit in units[:TIMES]:
        _change([unit])
        _settled()
        alone.append(timed(follow))
    return [
        row("risk.changes_taken_in", len(units) / taking, "units/s", size,
            "written", len(units) / writing),
        row("risk.delay_of_one_change", statistics.median(alone) * 1000, "ms", size),
    ]  # fmt: skip


def _change(units: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE units_unit SET version = version + 1,"
            " held_from = CASE WHEN held_from IS NULL THEN %s END WHERE id = ANY(%s)",
            [clock.today(), units],
        )  # fmt: skip


def _settled() -> None:
    """Wait for the horizon to pass what was just written: another session may hold it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(xid), 0) FROM events_change")
        (newest,) = cursor.fetchone()
    while feed.horizon().xid <= newest:
        time.sleep(0.02)


def _panels(size: int) -> list[dict[str, Any]]:
    """The panel of the province, a city and a county, beside counting in the register."""
    supervisor = User.objects.filter(role=Role.SUPERVISOR, region="370000").first()
    assert supervisor is not None
    reader = Reader.objects.get()
    rows = []
    for name, code, prefix in (
        ("province", "370000", "37"), ("city", "370100", "3701"), ("county", "370102", "370102"),
    ):  # fmt: skip
        asked = Asked(code, reader.day)
        ours = _median(
            lambda asked=asked: panels.panel(user=supervisor, asked=asked, reader=reader)
        )
        raw = _median(lambda prefix=prefix: _group_by(prefix), TIMES // 5)
        rows.append(row(f"risk.panel_{name}", ours, "ms", size, "raw GROUP BY", raw))
    return rows


def _group_by(prefix: str) -> None:
    with connection.cursor() as cursor:
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        cursor.execute(_RAW, {"day": clock.today(), "from": prefix, "to": beyond})
        cursor.fetchall()


def _median(work: Callable[[], object], times: int = TIMES) -> float:
    work()
    return statistics.median(timed(work) for _n in range(times)) * 1000
