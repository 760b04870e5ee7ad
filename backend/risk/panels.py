"""The panel of a region: its figures, what lies below it in order of a rate, and its course.

Rates of small regions are drawn towards the rate of all and come with an interval, so that three
units of which one is overdue do not head the list; see ``shrinkage``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.accounts.models import User
from backend.risk import corrected, reading, summing
from backend.risk.models import Reader
from backend.risk.reading import Asked
from backend.risk.shrinkage import Rate, shrink, shrink_shares
from backend.risk.summing import Sums
from geo.regions import Gazetteer

MEASURES = {
    "tail": (("band3", "band4"), True),
    "overdue": (("overdue",), True),
    "failed": (("failed",), True),
    "unseen": (("unseen",), True),
    "hazards": (("hazards",), False),
}
"""What can be ranked by: the sums it counts per unit, and whether it is a share of the units."""


@dataclass(frozen=True)
class Ranked:
    """A region below, with its figures and its rate of what is ranked by."""

    code: str
    name: str
    sums: Sums
    rate: Rate


@dataclass(frozen=True)
class Panel:
    """Everything of one region on one day."""

    code: str
    name: str
    as_of: dt.date
    figures_of: dt.date
    known_on: dt.date
    measure: str
    sums: Sums
    accidents: int
    ranking: list[Ranked]
    trend: list[tuple[dt.date, Sums]]


def panel(
    *, user: User, asked: Asked, reader: Reader, measure: str = "tail", course: bool = True
) -> Panel:
    """The panel for ``asked``. Raises Refused 404 for a region outside the jurisdiction.

    ``figures_of`` is the day that the figures are of: before the register was followed only the
    first of each month is known. ``known_on`` is the day by whose knowledge they are told. Without
    ``course``, and anew, there is no trend.
    """
    names = Gazetteer.read()
    reading.region_of(user, names, asked.region, asked.day)
    if asked.anew:
        found, known_on = corrected.below(user, names, asked), reader.day
    else:
        found = summing.below(user, names, asked, reader.day)
        known_on = reading.known_then(reader, asked.day)
    course = course and not asked.anew
    return Panel(
        code=asked.region,
        name=names.name_on(asked.region, asked.day),
        as_of=asked.day,
        figures_of=asked.day if asked.anew else _figures_of(asked.day, reader),
        known_on=known_on,
        measure=measure,
        sums=found.sums,
        accidents=reading.accidents(user, names, asked, known_on),
        ranking=_ranked(names, asked.day, found.children, measure),
        trend=summing.trend(user, names, asked, reader, found.sums) if course else [],
    )


def _figures_of(day: dt.date, reader: Reader) -> dt.date:
    return day if day >= reader.daily_from else day.replace(day=1)


def _ranked(
    names: Gazetteer, day: dt.date, children: Mapping[str, Sums], measure: str
) -> list[Ranked]:
    codes = sorted(children)
    rates = rates_of([children[code] for code in codes], measure)
    rows = [
        Ranked(code, names.name_on(code, day), children[code], rate)
        for code, rate in zip(codes, rates, strict=True)
    ]
    return sorted(rows, key=lambda row: -row.rate.mean)


def rates_of(rows: Sequence[Sums], measure: str) -> list[Rate]:
    """The shrunken rate of ``measure`` per unit for each of the rows."""
    names, share = MEASURES[measure]
    events = [sum(row[name] for name in names) for row in rows]
    units = [row["units"] for row in rows]
    return shrink_shares(events, units) if share else shrink(events, units)
