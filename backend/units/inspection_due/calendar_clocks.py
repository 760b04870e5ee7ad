"""Clocks that count years from the base: an early inspection does not move the next one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import count

from backend.lib.months import add_months, month_end, month_start
from backend.units.inspection_due.rule_choice import Rule
from backend.units.inspection_due.stops import due_month_moves, is_stopped
from backend.units.inspection_due.types import Due, InspectionResult, StopPeriod


def due_by_calendar(
    rule: Rule,
    begun: tuple[dt.date, dt.date],
    last_on: dt.date | None,
    inspections: Sequence[InspectionResult],
    stops: Sequence[StopPeriod],
) -> Due | None:
    """The first due day that nothing has served; None when the calendar has come to its end.

    ``begun``: the base, and the day from which its years bind. A stop suspends only the user's
    own checks: what a body inspects is inspected before the restart.
    """
    base, binding_from = begun
    served = _served_years(rule, inspections)
    for due in _due_days(rule, base, due_month_moves(inspections, stops)):
        opens = month_start(add_months(due, -(rule.early_months or 0)))
        done = due < binding_from or due.year in served or (last_on and opens <= last_on)
        if done or (not rule.statutory and is_stopped(due, stops)):
            continue
        return Due(rule.clock, rule.code, last_on, due, opens, rule.statutory)
    return None


def _served_years(rule: Rule, inspections: Sequence[InspectionResult]) -> set[int]:
    """The years in which another inspection did for this one.

    A major repair's does for the periodic inspection of its year (TSG T7001-2023 4.1), though it
    serves no other and clears no failure.
    """
    kinds = {*rule.cleared_by, "sup_repair"} if rule.clock == "periodic" else {*rule.cleared_by}
    return {item.on.year for item in inspections if item.passed and item.kind in kinds}


def _due_days(rule: Rule, base: dt.date, moves: list[tuple[dt.date, int]]) -> Iterator[dt.date]:
    """The due days in order; endless when the calendar goes on yearly.

    The years stay whatever happens; the month is that of the latest of ``moves`` before the day.
    """
    after = rule.yearly_after
    for year in rule.due_years if after is None else _years_after(rule.due_years, after):
        day = month_end(add_months(base, 12 * year))
        for since, month in moves:
            if since <= day:
                day = month_end(dt.date(day.year, month, 1))
        yield day


def _years_after(years: list[int], after: int) -> Iterator[int]:
    yield from years
    yield from count(after + 1)
