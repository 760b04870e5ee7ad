"""The figures that a map of regions shows, summed to regions as they were on a day."""

from __future__ import annotations

import datetime as dt

from backend.accounts.models import User
from backend.lib.statement_timeout import limit_statement_time
from backend.maps.filters import MapFilters
from backend.maps.scope import kind_and_status_condition
from backend.maps.tile_query import MOST_MS
from backend.risk.figures_query import choose_figures_day
from backend.risk.models import Reader
from backend.risk.region_sums import (
    SumByFigure,
    add_sums,
    count_highest_classes,
    empty_sums,
    load_county_sums,
)
from geo.regions import Gazetteer, UnknownRegion

FIGURES = ("units", "overdue", "due_soon", "failed", "hazards", "unseen", "mean", "tail")
"""``mean`` are points of 1000, ``tail`` the percent of units in the two highest classes."""
_DUE = {"": "units", "overdue": "overdue", "soon": "due_soon"}


def load_figures(
    user: User, filters: MapFilters, gazetteer: Gazetteer, day: dt.date, level: str
) -> dict[str, SumByFigure]:
    """The figures of each region of ``level`` in force on ``day`` that the reader has units in.

    None before any were computed. Raises Refused 422 for a day before the data, or an
    enterprise's question about the past.
    """
    reader = Reader.objects.first()
    if reader is None:
        return {}
    with limit_statement_time(MOST_MS):
        counties = load_county_sums(
            user,
            kind_and_status_condition(filters),
            choose_figures_day(reader, filters.as_of),
            reader.day,
        )
    found: dict[str, SumByFigure] = {}
    for code, sums in counties.items():
        region = _find_region(gazetteer, code, day, level)
        if region is not None:
            add_sums(found.setdefault(region, empty_sums()), sums)
    counted = _DUE[filters.due]
    return {code: build_figures(sums) for code, sums in found.items() if sums[counted]}


def build_figures(sums: SumByFigure) -> SumByFigure:
    """The ``FIGURES`` of one region, from its sums."""
    units = sums["units"] or 1
    rates = {
        "mean": round(sums["score_sum"] / units),
        "tail": round(100 * count_highest_classes(sums) / units),
    }
    return {name: (sums | rates)[name] for name in FIGURES}


def _find_region(gazetteer: Gazetteer, code: str, day: dt.date, level: str) -> str | None:
    """The region of ``level`` to which a county's figure for ``day`` counts."""
    try:
        line = gazetteer.lineage_on(code, day)
        return next((c for c in line if gazetteer[c].level == level), None)
    except UnknownRegion:
        return None
