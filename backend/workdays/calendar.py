"""Counting working days (工作日), with weekend days that are worked instead (调休)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from backend.workdays.statutory import statutory_days_off
from backend.workdays.year_tables import Holiday, YearTable


class WorkCalendar:
    """Which days are worked, by the published years, and beyond them by the law alone.

    What rests on an unpublished year is an answer all the same, and ``is_published`` says so.
    """

    def __init__(self, tables: Iterable[YearTable]) -> None:
        self._tables = {table.year: table for table in tables}
        each = self._tables.values()
        self._off = {d: h.name for table in each for h in table.holidays for d in h.days()}
        self._worked = frozenset(day for table in each for day in table.working_days)

    def is_published(self, day: dt.date) -> bool:
        """Whether the notice that rules over ``day`` was loaded.

        The last three days of December may be named by the notice of the next year, as in 2018.
        """
        ends = day.month == 12 and day.day >= 29
        return day.year in self._tables and (not ends or day.year + 1 in self._tables)

    def holiday_on(self, day: dt.date) -> str:
        """The name of the holiday on ``day``, or nothing."""
        if day in self._off or day.year in self._tables:
            return self._off.get(day, "")
        return statutory_days_off(day.year).get(day, "")

    def holidays_between(self, first: dt.date, last: dt.date) -> list[Holiday]:
        """The holidays of these days in order; one that runs over an end is cut there."""
        days = (first + dt.timedelta(days=i) for i in range((last - first).days + 1))
        runs = groupby(((self.holiday_on(day), day) for day in days), key=itemgetter(0))
        named = ((name, [day for _name, day in run]) for name, run in runs)
        return [Holiday(name, of_it[0], of_it[-1]) for name, of_it in named if name]

    def is_worked_weekend(self, day: dt.date) -> bool:
        """Whether ``day`` is a Saturday or Sunday that is worked in place of another day."""
        return day in self._worked

    def is_working_day(self, day: dt.date) -> bool:
        """Whether offices work on ``day``."""
        return day in self._worked or (day.weekday() < 5 and not self.holiday_on(day))

    def count_working_days(self, start: dt.date, end: dt.date) -> int:
        """How many working days lie after ``start`` up to and including ``end``."""
        days = (start + dt.timedelta(days=i) for i in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)
