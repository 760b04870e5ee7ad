"""The table of one year: what a notice of the State Council says, read from a document."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from backend.lib.problems import Refused

SHIPPED = Path(__file__).parent / "data" / "holidays.toml"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A name and the days off from ``first`` to ``last``, both included."""

    name: str
    first: dt.date
    last: dt.date

    def days(self) -> Iterator[dt.date]:
        """Its days in order."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + dt.timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class YearTable:
    """The days off of ``year`` and the weekend days that are worked instead."""

    year: int
    number: str
    issued_on: dt.date
    source: str
    holidays: tuple[Holiday, ...]
    working_days: tuple[dt.date, ...]

    def named_days(self) -> set[dt.date]:
        """Every day that the table says something about."""
        return {day for holiday in self.holidays for day in holiday.days()} | set(self.working_days)

    def document(self) -> dict[str, Any]:
        """The table as it is kept: columns of ``PublishedYear``."""
        return {
            "year": self.year,
            "number": self.number,
            "issued_on": self.issued_on,
            "source": self.source,
            "holidays": [
                {"name": each.name, "first": str(each.first), "last": str(each.last)}
                for each in self.holidays
            ],
            "working_days": [str(day) for day in self.working_days],
        }


def read_year_table(document: Mapping[str, Any]) -> YearTable:
    """The table that ``document`` writes down; days are dates or ISO texts.

    Refused where a member is missing, is none of ours or is no day. What it says is not judged
    here: ``year_checks`` does that.
    """
    try:
        return YearTable(
            year=int(document["year"]),
            number=str(document["number"]).strip(),
            issued_on=_read_day(document["issued_on"]),
            source=str(document["source"]).strip(),
            holidays=tuple(
                Holiday(str(row["name"]).strip(), _read_day(row["first"]), _read_day(row["last"]))
                for row in document["holidays"]
            ),
            working_days=tuple(_read_day(day) for day in document["working_days"]),
        )
    except KeyError as missing:
        detail = _("The holiday table lacks %(member)s.") % {"member": missing.args[0]}
        raise Refused("holiday-table", detail, field=str(missing.args[0])) from None
    except (TypeError, ValueError) as error:
        detail = _("The holiday table cannot be read: %(error)s.") % {"error": error}
        raise Refused("holiday-table", detail) from None


def read_year_tables(file: Path) -> list[YearTable]:
    """The tables of a TOML file with one ``[[year]]`` each, as the shipped file is written.

    Refused where it is no TOML, has no year, or one that cannot be read.
    """
    try:
        years = tomllib.loads(file.read_text(encoding="utf-8"))["year"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        detail = _("The holiday table cannot be read: %(error)s.") % {"error": error}
        raise Refused("holiday-table", detail) from None
    except KeyError:
        raise Refused("holiday-table", _("The file has no table [[year]].")) from None
    return [read_year_table(year) for year in years]


def _read_day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
