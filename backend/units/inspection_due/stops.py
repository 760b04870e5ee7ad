"""What a stop does to the clocks, and what it does not when its notice came late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from backend.lib.months import add_months
from backend.units.inspection_due.types import Due, InspectionResult, StopPeriod
from backend.units.register_deadlines import STOP_NOTICE, deadline_on

LONG_STOP_MONTHS = 12


def overdue_when_stopped(dues: Iterable[Due], stop: StopPeriod) -> list[Due]:
    """Those of ``dues`` that a late notice of the ``stop`` leaves overdue.

    A notice in time (Shandong Regulation art. 20) excuses everything; until a late one the unit
    counts as used, and what had run out before it stays overdue.
    """
    if not is_late(stop):
        return []
    return [due for due in dues if due.due_on is not None and due.due_on < effective_day(stop)]


def is_late(stop: StopPeriod) -> bool:
    """Whether the authority was told later than the regulation allows."""
    days = deadline_on(STOP_NOTICE, stop.since).days
    return stop.noticed_on is not None and (stop.noticed_on - stop.since).days > days


def effective_day(stop: StopPeriod) -> dt.date:
    """The day from which the stop suspends duties: its own, or that of a late notice."""
    return stop.noticed_on if stop.noticed_on is not None and is_late(stop) else stop.since


def is_stopped(day: dt.date, stops: Iterable[StopPeriod]) -> bool:
    """Whether one of ``stops`` suspends the duties of ``day``."""
    return any(
        effective_day(stop) <= day and (stop.until is None or day < stop.until) for stop in stops
    )


def due_month_moves(
    inspections: Sequence[InspectionResult], stops: Sequence[StopPeriod]
) -> list[tuple[dt.date, int]]:
    """Since when the due month is which, after each stop of a year or more, in order of time.

    The month follows the last inspection between the stop and its restart (TSG T7001-2023 4.1).
    """
    moves = []
    for stop in stops:
        if stop.until is None or add_months(stop.since, LONG_STOP_MONTHS) > stop.until:
            continue
        within = [
            item.on
            for item in inspections
            if item.passed and item.kind == "periodic" and stop.since < item.on <= stop.until
        ]
        if within:
            moves.append((within[-1], within[-1].month))
    return sorted(moves)
