"""The figures that a map of regions shows, summed to regions as they were on a day."""

from __future__ import annotations

import datetime as dt

from backend.accounts.models import User
from backend.lib.bounded import bounded
from backend.maps.asking import Asked
from backend.maps.encoding import MOST_MS
from backend.maps.scope import chosen
from backend.risk.models import Reader
from backend.risk.reading import day_of
from backend.risk.summing import Sums, add, by_county, highest, no_sums
from geo.regions import Gazetteer, UnknownRegion

FIGURES = ("units", "overdue", "due_soon", "failed", "hazards", "unseen", "mean", "tail")
"""``mean`` are points of 1000, ``tail`` the percent of units in the two highest classes."""
_DUE = {"": "units", "overdue": "overdue", "soon": "due_soon"}


def figures_of(
    user: User, asked: Asked, gazetteer: Gazetteer, day: dt.date, level: str
) -> dict[str, Sums]:
    """The figures of each region of ``level`` in force on ``day`` that the reader has units in.

    None before any were computed. Raises Refused 422 for a day before the data, or an
    enterprise's question about the past.
    """
    reader = Reader.objects.first()
    if reader is None:
        return {}
    with bounded(MOST_MS):
        counties = by_county(user, chosen(asked), day_of(reader, asked.as_of), reader.day)
    found: dict[str, Sums] = {}
    for code, sums in counties.items():
        region = _region(gazetteer, code, day, level)
        if region is not None:
            add(found.setdefault(region, no_sums()), sums)
    counted = _DUE[asked.due]
    return {code: figures(sums) for code, sums in found.items() if sums[counted]}


def figures(sums: Sums) -> Sums:
    """``FIGURES`` of one region."""
    units = sums["units"] or 1
    rates = {
        "mean": round(sums["score_sum"] / units),
        "tail": round(100 * highest(sums) / units),
    }
    return {name: (sums | rates)[name] for name in FIGURES}


def _region(gazetteer: Gazetteer, code: str, day: dt.date, level: str) -> str | None:
    """The region of ``level`` to which a county's figure for ``day`` counts."""
    try:
        line = gazetteer.line_on(code, day)
        return next((c for c in line if gazetteer[c].level == level), None)
    except UnknownRegion:
        return None
