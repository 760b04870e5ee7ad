"""Working days by the State Council's yearly holiday notice, with its make-up weekends (调休).

Periods that law counts in working days start on the day after the event. Which periods those are
is for the callers: Licensing Law art. 82 all, others by number; 15, 30 and 90 are calendar days.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import chinese_calendar
from chinese_calendar.constants import holidays
from django.utils.translation import gettext_lazy as _


class CalendarNotCovered(LookupError):
    """A working day was asked for in a year whose holiday notice is not at hand.

    The notice of a year appears in November of the year before; the remedy is to update the
    package ``chinesecalendar``. Guessing would move legal deadlines.
    """

    def __init__(self, day: dt.date) -> None:
        first, last = horizon()
        self.day, self.first, self.last = day, first, last
        super().__init__(
            _(
                "The holiday calendar reaches from %(first)s to %(last)s and does not cover "
                "%(day)s. Update the package chinesecalendar."
            )
            % {"first": first.isoformat(), "last": last.isoformat(), "day": day.isoformat()}
        )

    def __str__(self) -> str:
        return str(self.args[0])


@cache
def horizon() -> tuple[dt.date, dt.date]:
    """The first and the last day the calendar knows."""
    years = {day.year for day in holidays}
    return dt.date(min(years), 1, 1), dt.date(max(years), 12, 31)


def is_working_day(day: dt.date) -> bool:
    """True when offices work on ``day``; raises CalendarNotCovered outside the horizon."""
    first, last = horizon()
    if not first <= day <= last:
        raise CalendarNotCovered(day)
    return bool(chinese_calendar.is_workday(day))


def add_working_days(start: dt.date, n: int) -> dt.date:
    """The ``n``-th working day after ``start``; ``start`` itself never counts.

    ``n`` = 0 gives ``start`` as it is. Raises ValueError for a negative ``n`` and
    CalendarNotCovered when the count leaves the horizon.
    """
    if n < 0:
        raise ValueError(f"cannot count {n} working days forward")
    day = start
    for _left in range(n):
        day = next_working_day(day)
    return day


def next_working_day(day: dt.date) -> dt.date:
    """The first working day after ``day``."""
    day += dt.timedelta(days=1)
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def count_working_days(start: dt.date, end: dt.date) -> int:
    """How many working days lie after ``start`` up to and including ``end``."""
    days = (start + dt.timedelta(days=i) for i in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)
