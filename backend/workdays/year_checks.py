"""What a table of holidays must not have: a gap, an overlap, a day twice, a worked weekday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NoReturn

from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from backend.workdays.statutory import statutory_days
from backend.workdays.year_tables import YearTable

_LONGEST = 16
"""Days of the longest holiday that is believed; the longest so far had 10."""


def check_year_table(table: YearTable) -> None:
    """Refuse a table that can hardly be what a notice says, with what is wrong and where."""
    if not table.number or not table.source:
        field = "source" if table.number else "number"
        _refuse_year(_("Say the number of the notice and where it was read."), field)
    if table.issued_on.year > table.year:
        _refuse_year(_("The notice cannot have been issued after its year."), "issued_on")
    _check_holidays(table)
    _check_working_days(table)
    _check_statutory_days(table)


def check_beside_others(table: YearTable, others: Mapping[int, YearTable]) -> None:
    """Refuse a table that leaves a year out between it and ``others``, or says their days again."""
    rest = {year: other for year, other in others.items() if year != table.year}
    if rest and not min(rest) - 1 <= table.year <= max(rest) + 1:
        year = max(rest) + 1 if table.year > max(rest) else min(rest) - 1
        _refuse_year(
            _("Load %(year)s first: a year between would be missing.") % {"year": year}, "year"
        )
    for year in (table.year - 1, table.year + 1):
        if year in rest and (twice := table.named_days() & rest[year].named_days()):
            told = {"day": min(twice), "year": year}
            _refuse_year(_("%(day)s stands in the table of %(year)s already.") % told, "holidays")


def _check_holidays(table: YearTable) -> None:
    seen: dict[dt.date, str] = {}
    for index, holiday in enumerate(table.holidays):
        told = {"name": holiday.name, "first": holiday.first, "last": holiday.last}
        field = f"holidays/{index}"
        if not holiday.name:
            _refuse_year(_("Each holiday has a name."), f"{field}/name")
        if not 0 <= (holiday.last - holiday.first).days < _LONGEST:
            _refuse_year(
                _("%(name)s cannot last from %(first)s to %(last)s.") % told, f"{field}/last"
            )
        _check_within_year(table, holiday.days(), field)
        for day in holiday.days():
            if day in seen:
                told |= {"day": day, "other": seen[day]}
                _refuse_year(_("%(day)s stands in %(other)s and in %(name)s.") % told, field)
            seen[day] = holiday.name


def _check_working_days(table: YearTable) -> None:
    off = {day: holiday.name for holiday in table.holidays for day in holiday.days()}
    for index, day in enumerate(table.working_days):
        field = f"working_days/{index}"
        _check_within_year(table, [day], field)
        if day.weekday() < 5:
            detail = _("%(day)s is a weekday: only a Saturday or Sunday is worked instead.")
            _refuse_year(detail % {"day": day}, field)
        if day in off:
            told = {"day": day, "name": off[day]}
            _refuse_year(_("%(day)s is both a day off (%(name)s) and worked.") % told, field)
        if day in table.working_days[:index]:
            _refuse_year(_("%(day)s stands twice among the days worked.") % {"day": day}, field)


def _check_within_year(table: YearTable, days: Iterable[dt.date], field: str) -> None:
    """A notice rules over its year and the last days of the December before."""
    first, last = dt.date(table.year - 1, 12, 1), dt.date(table.year, 12, 31)
    for day in days:
        if not first <= day <= last:
            told = {"day": day, "year": table.year}
            _refuse_year(_("%(day)s does not belong to %(year)s.") % told, field)


def _check_statutory_days(table: YearTable) -> None:
    """Every statutory holiday is a day off: one that is missing was left out, or all of them."""
    off = {day for holiday in table.holidays for day in holiday.days()}
    for day, name in statutory_days(table.year):
        if day not in off and day.weekday() < 5:
            told = {"day": day, "name": name}
            _refuse_year(
                _("%(name)s (%(day)s) is a statutory holiday and missing.") % told, "holidays"
            )


def _refuse_year(detail: str, field: str) -> NoReturn:
    raise Refused("holiday-table", detail, field=field)
