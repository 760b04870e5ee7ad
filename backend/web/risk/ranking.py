"""The regions below one, with figures, the class on the map, and an estimate with its doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point

from backend.risk.panels import rates_of
from backend.risk.shrinkage import Rate
from backend.web.risk import ordering, sums
from backend.web.risk.asked import Asked
from backend.web.risk.lists import lists
from backend.web.risk.measures import DEFAULT, MEASURES, Measure
from geo.models import Region
from geo.regions import Gazetteer


@dataclass(frozen=True, slots=True)
class Row:
    """One region below; ``level`` is its class on the map, 0 where it has no unit.

    ``lists`` are the addresses of the units behind its figures.
    """

    code: str
    name: str
    kind: str
    href: str
    level: int
    figures: dict[str, float]
    lists: dict[str, str]
    rate: Rate
    place: Point | None

    @property
    def estimate(self) -> str:
        """The shrunken share in percent."""
        return f"{100 * self.rate.mean:.1f} %"

    @property
    def between(self) -> str:
        """What it lies between."""
        return f"({100 * self.rate.low:.1f}–{100 * self.rate.high:.1f})"

    @property
    def sortable(self) -> dict[str, Any]:
        """What the table can be sorted by."""
        return {**self.figures, "name": self.code, "rate": self.rate.mean}

    def as_json(self) -> dict[str, Any]:
        """For the label on the map."""
        assert self.place is not None
        return {
            "code": self.code,
            "name": self.name,
            "level": self.kind,
            "lng": self.place.x,
            "lat": self.place.y,
            "figures": self.figures,
        }


def measure_of(asked: Asked, below: Mapping[str, sums.Sums]) -> Measure:
    """What the map is coloured by, with limits among the regions ``below``."""
    return MEASURES[asked.by or DEFAULT].among(sums.derived(found) for found in below.values())


def ranked(
    names: Gazetteer, below: Mapping[str, sums.Sums], asked: Asked, measure: Measure
) -> list[Row]:
    """The regions directly below the one shown, in the order asked for."""
    regions = Region.objects.defer("boundary").exclude(level=Region.Level.ZONE).in_bulk(list(below))
    totals = {code: below[code] for code in regions}
    rates = rates_of(list(totals.values()), "overdue")
    rows = [
        _row(names, regions[code], totals[code], rate, asked, measure)
        for code, rate in zip(totals, rates, strict=True)
    ]
    return ordering.ordered(rows, asked, lambda row: measure.value(row.figures) or 0)


def _row(
    names: Gazetteer, child: Region, found: sums.Sums, rate: Rate, asked: Asked, measure: Measure
) -> Row:
    figures = {name: round(value, 2) for name, value in sums.derived(found).items()}
    return Row(
        code=child.code,
        name=names.name_on(child.code, asked.as_of),
        kind=child.level,
        href=asked.with_(region=child.code, sort=asked.sort, text=""),
        level=measure.level(measure.value(figures)),
        figures=figures,
        lists=lists(asked, child.code),
        rate=rate,
        place=child.label_point,
    )
