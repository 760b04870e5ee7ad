"""The regions below one, with figures, the class on the map, and an estimate with its doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point

from backend.risk.overviews import compute_rates
from backend.risk.shrinkage import ShrunkenRate
from backend.web.risk import column_heads, panel_figures
from backend.web.risk.colour_scales import COLOUR_SCALES, DEFAULT_SCALE, ColourScale
from backend.web.risk.state import MapState
from backend.web.risk.unit_list_links import build_unit_list_links
from geo.models import Region
from geo.regions import Gazetteer


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One region below; ``level`` is its class on the map, 0 where it has no unit.

    ``build_unit_list_links`` are the addresses of the units behind its figures.
    """

    code: str
    name: str
    kind: str
    href: str
    level: int
    figures: dict[str, float]
    lists: dict[str, str]
    rate: ShrunkenRate
    place: Point | None

    @property
    def estimate(self) -> str:
        """The shrunken share as people read it, in percent."""
        return f"{100 * self.rate.mean:.1f} %"

    @property
    def interval(self) -> str:
        """The limits between which the share lies, in percent."""
        return f"({100 * self.rate.low:.1f}–{100 * self.rate.high:.1f})"

    @property
    def sortable(self) -> dict[str, Any]:
        """The values that the table can be sorted by."""
        return {**self.figures, "name": self.code, "rate": self.rate.mean}

    def as_json(self) -> dict[str, Any]:
        """The region as a document for its label on the map."""
        assert self.place is not None
        return {
            "code": self.code,
            "name": self.name,
            "level": self.kind,
            "lng": self.place.x,
            "lat": self.place.y,
            "figures": self.figures,
        }


def choose_colour_scale(
    state: MapState, below: Mapping[str, panel_figures.SumByFigure]
) -> ColourScale:
    """The scale that the map is coloured by, with limits among the regions ``below``."""
    return COLOUR_SCALES[state.by or DEFAULT_SCALE].with_limits_among(
        panel_figures.derive_figures(found) for found in below.values()
    )


def rank_regions(
    names: Gazetteer,
    below: Mapping[str, panel_figures.SumByFigure],
    state: MapState,
    scale: ColourScale,
) -> list[RankingRow]:
    """The regions directly below the one shown, in the order asked for."""
    regions = Region.objects.defer("boundary").exclude(level=Region.Level.ZONE).in_bulk(list(below))
    totals = {code: below[code] for code in regions}
    rates = compute_rates(list(totals.values()), "overdue")
    rows = [
        _build_row(names, regions[code], totals[code], rate, state, scale)
        for code, rate in zip(totals, rates, strict=True)
    ]
    return column_heads.sort_rows(rows, state, lambda row: scale.value_of(row.figures) or 0)


def _build_row(
    names: Gazetteer,
    child: Region,
    found: panel_figures.SumByFigure,
    rate: ShrunkenRate,
    state: MapState,
    scale: ColourScale,
) -> RankingRow:
    figures = {name: round(value, 2) for name, value in panel_figures.derive_figures(found).items()}
    return RankingRow(
        code=child.code,
        name=names.name_on(child.code, state.as_of),
        kind=child.level,
        href=state.query_string_with(region=child.code, sort=state.sort, text=""),
        level=scale.level(scale.value_of(figures)),
        figures=figures,
        lists=build_unit_list_links(state, child.code),
        rate=rate,
        place=child.label_point,
    )
