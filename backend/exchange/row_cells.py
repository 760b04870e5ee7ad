"""The texts of one row by our names for its columns, and the days and words that they say."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from backend.exchange.register_words import empty_words
from backend.lib import clock
from backend.lib.months import month_end
from backend.units.day_checks import EARLIEST

_DAY = re.compile(r"(\d{1,4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?日?(?:[ T].*)?")
_MONTH = re.compile(r"(\d{1,4})[-/.年](\d{1,2})月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


class BadRow(Exception):
    """A row that cannot be taken: which column, and why."""

    def __init__(self, column: str, reason: Any) -> None:
        super().__init__(column)
        self.column = column
        self.reason = str(reason)


class Note(NamedTuple):
    """What is told of a row that was taken: what stands in the register, and what came."""

    line: int
    column: str
    code: str
    stands: str
    came: str


@dataclass(slots=True)
class RowCells:
    """The cells of one row that are not empty. ``titles`` are the table's own names of our columns."""

    line: int
    value: Mapping[str, str]
    titles: Mapping[str, str]
    notes: list[Note] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The text of the column ``name``; empty where a dash or the like stands."""
        found = self.value.get(name)
        return "" if found is None or found in empty_words() else found

    def says_any_of(self, names: Collection[str]) -> bool:
        """Whether one of these columns says anything."""
        return not self.value.keys().isdisjoint(names) and any(map(self.text, names))

    def day(self, name: str) -> dt.date | None:
        """The day of something that has happened; raises BadRow."""
        text = self.text(name)
        if not text:
            return None
        day = self._parse_day(name, text, parse_day)
        if day > clock.today():
            raise self.bad_row(name, _("The day lies in the future."))
        return day

    def due_day(self, name: str) -> dt.date | None:
        """A day that may lie in the future, or the last one of a month; raises BadRow."""
        text = self.text(name)
        return self._parse_day(name, text, parse_day_or_month) if text else None

    def _parse_day(self, name: str, text: str, read: Any) -> dt.date:
        try:
            day: dt.date = read(text)
        except ValueError as error:
            reason = _("Write the date as year-month-day, such as 2024-03-31.")
            raise self.bad_row(name, reason) from error
        if day < EARLIEST:
            reason = _("The day lies before %(year)d. Write the year with four digits.")
            raise self.bad_row(name, reason % {"year": EARLIEST.year})
        return day

    def title(self, name: str) -> str:
        """What the table calls our column."""
        return self.titles.get(name, name)

    def bad_row(self, name: str, reason: Any) -> BadRow:
        """The refusal to raise when the column ``name`` cannot be taken."""
        return BadRow(self.title(name), reason)

    def add_note(self, name: str, code: str, *, stands: object = "", came: object = "") -> None:
        """Tell that the register has something else, or keeps something out."""
        self.notes.append(Note(self.line, self.title(name), code, str(stands), str(came)))


@functools.lru_cache(maxsize=50_000)
def parse_day(text: str) -> dt.date:
    """The day that ``text`` names, whatever its year; raises ValueError."""
    plain = unicodedata.normalize("NFKC", text)
    found = _DAY.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None:
        raise ValueError(text)
    return dt.date(int(found[1]), int(found[2]), int(found[3]))


@functools.lru_cache(maxsize=50_000)
def parse_day_or_month(text: str) -> dt.date:
    """The day that ``text`` names, or the last day of the month that it names; raises ValueError."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return parse_day(text)
    return month_end(dt.date(int(found[1]), int(found[2]), 1))
