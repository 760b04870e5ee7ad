"""The calendar as it is published at this moment."""

from __future__ import annotations

import functools

from django.db.models import Max

from backend.workdays.calendar import WorkCalendar
from backend.workdays.models import PublishedYear
from backend.workdays.year_tables import YearTable, read_year_table


def read_calendar() -> WorkCalendar:
    """The calendar by all years that were loaded: one small statement, and more after a load."""
    return _read_calendar_up_to(PublishedYear.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def read_tables() -> dict[int, YearTable]:
    """By year the table that holds."""
    return {row.year: read_year_table(vars(row)) for row in PublishedYear.objects.in_force()}


@functools.lru_cache(maxsize=1)
def _read_calendar_up_to(newest: int) -> WorkCalendar:
    """Rows are only ever added, one load after the other: the newest one names them all."""
    return WorkCalendar(read_tables().values() if newest else ())
