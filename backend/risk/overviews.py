"""The panel of a region: its figures, what lies below it in order of a rate, and its course.

Rates of small regions are drawn towards the rate of all and come with an interval, so that three
units of which one is overdue do not head the list; see ``shrinkage``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.accounts.models import User
from backend.risk import corrected_figures, figures_query, region_sums
from backend.risk.figures_query import FiguresQuery
from backend.risk.models import Reader
from backend.risk.region_sums import SumByFigure
from backend.risk.shrinkage import ShrunkenRate, shrink_rates, shrink_shares
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
class RankedRegion:
    """A region below, with its figures and its rate of what is ranked by."""

    code: str
    name: str
    sums: SumByFigure
    rate: ShrunkenRate


@dataclass(frozen=True)
class RegionOverview:
    """The figures, ranking and trend of one region on one day."""

    code: str
    name: str
    as_of: dt.date
    figures_of: dt.date
    known_on: dt.date
    measure: str
    sums: SumByFigure
    accidents: int
    ranking: list[RankedRegion]
    trend: list[tuple[dt.date, SumByFigure]]


def build_overview(
    *,
    user: User,
    query: FiguresQuery,
    reader: Reader,
    measure: str = "tail",
    with_trend: bool = True,
) -> RegionOverview:
    """The overview for ``query``. Raises Refused 404 for a region outside the jurisdiction.

    ``figures_of`` is the day that the figures are of: before the register was followed only the
    first of each month is known. ``known_on`` is the day by whose knowledge they are told. Without
    ``with_trend``, and anew, there is no trend.
    """
    names = Gazetteer.load()
    figures_query.get_visible_region(user, names, query.region, query.day)
    if query.anew:
        found, known_on = corrected_figures.load_corrected_sums(user, names, query), reader.day
    else:
        found = region_sums.load_region_sums(user, names, query, reader.day)
        known_on = figures_query.knowledge_day(reader, query.day)
    with_trend = with_trend and not query.anew
    return RegionOverview(
        code=query.region,
        name=names.name_on(query.region, query.day),
        as_of=query.day,
        figures_of=query.day if query.anew else _day_with_figures(query.day, reader),
        known_on=known_on,
        measure=measure,
        sums=found.sums,
        accidents=figures_query.count_accidents(user, names, query, known_on),
        ranking=_rank_children(names, query.day, found.children, measure),
        trend=region_sums.load_trend(user, names, query, reader, found.sums) if with_trend else [],
    )


def _day_with_figures(day: dt.date, reader: Reader) -> dt.date:
    return day if day >= reader.daily_from else day.replace(day=1)


def _rank_children(
    names: Gazetteer, day: dt.date, children: Mapping[str, SumByFigure], measure: str
) -> list[RankedRegion]:
    codes = sorted(children)
    rates = compute_rates([children[code] for code in codes], measure)
    rows = [
        RankedRegion(code, names.name_on(code, day), children[code], rate)
        for code, rate in zip(codes, rates, strict=True)
    ]
    return sorted(rows, key=lambda row: -row.rate.mean)


def compute_rates(rows: Sequence[SumByFigure], measure: str) -> list[ShrunkenRate]:
    """The shrunken rate of ``measure`` per unit for each of the rows."""
    names, share = MEASURES[measure]
    events = [sum(row[name] for name in names) for row in rows]
    units = [row["units"] for row in rows]
    return shrink_shares(events, units) if share else shrink_rates(events, units)
