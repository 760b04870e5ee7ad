"""The panel of a region: its figures, their course, and what lies below it in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import Extent
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.risk.region_sums import count_highest_classes
from backend.web.base_map import to_base_datum
from backend.web.risk import panel_figures
from backend.web.risk.colour_scales import COLOUR_SCALES, ColourScale
from backend.web.risk.ranking import RankingRow, choose_colour_scale, rank_regions
from backend.web.risk.state import MapState
from backend.web.risk.unit_list_links import build_unit_list_links
from backend.web.risk.worst_units import WorstUnit, load_worst_units
from geo.models import Region
from geo.regions import Gazetteer

_PROVINCE_BOX = (114.8, 34.3, 122.8, 38.5)
"""Shandong, for a region without a boundary."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page shows of one region."""

    region: Region
    name: str
    as_of: dt.date
    past: bool
    computed: bool
    above: list[dict[str, str]]
    figures: list[dict[str, Any]]
    rows: list[RankingRow]
    measure: ColourScale
    trend: list[dict[str, Any]]
    worst: list[WorstUnit]
    box: tuple[float, ...]

    @property
    def ranking_title(self) -> str:
        """The title of the table below the panel."""
        return _("Cities by risk") if self.region.level == "province" else _("Counties by risk")

    def as_json(self) -> dict[str, Any]:
        """The panel as a document for the map's script."""
        return {
            "code": self.region.code,
            "name": self.name,
            "level": self.region.level,
            "box": self.box,
            "asOf": self.as_of.isoformat(),
            "past": self.past,
            "limits": self.measure.limits,
            "children": [row.as_json() for row in self.rows if row.place],
            "trend": {
                "days": [point["day"].isoformat() for point in self.trend],
                "overdue": [_share_of_units(point, "overdue") for point in self.trend],
                "failed": [_share_of_units(point, "failed") for point in self.trend],
            },
        }


def load_panel(user: User, state: MapState) -> Panel:
    """The panel of the region that ``state`` names, with figures of what ``user`` may see."""
    names = Gazetteer.load()
    region = Region.objects.defer("boundary").get(code=state.region)
    known = panel_figures.load_panel_figures(user, names, state)
    computed, known = known is not None, known or panel_figures.empty_panel_figures()
    below = _of_concern(user, known.below)
    measure = choose_colour_scale(state, below)
    return Panel(
        region=region,
        name=names.name_on(region.code, state.as_of),
        as_of=state.as_of,
        past=state.is_past,
        above=_ancestor_links(names, state),
        computed=computed,
        figures=_figure_boxes(
            known.own, known.accidents, build_unit_list_links(state, region.code)
        ),
        rows=rank_regions(names, below, state, measure),
        measure=measure,
        trend=[_trend_point(day, found) for day, found in known.course],
        worst=[] if state.is_past or region.level == "province" else load_worst_units(user, state),
        box=_load_bounding_box(region.code),
    )


def _of_concern(
    user: User, below: Mapping[str, panel_figures.SumByFigure]
) -> Mapping[str, panel_figures.SumByFigure]:
    """To who acts for an enterprise the regions that have units of it; to staff all."""
    if user.role != Role.ENTERPRISE:
        return below
    return {code: found for code, found in below.items() if found["units"]}


def _ancestor_links(names: Gazetteer, state: MapState) -> list[dict[str, str]]:
    """The regions that this one lies in, the widest first, as far up as the user's own."""
    chain = [code for code in names.ancestors_on(state.region, state.as_of) if state.covers(code)]
    return [
        {"name": names.name_on(code, state.as_of), "href": state.query_string_with(region=code)}
        for code in reversed(chain)
    ]


def _figure_boxes(
    total: Mapping[str, int], accidents: int, lists: Mapping[str, str]
) -> list[dict[str, Any]]:
    units = total["units"]
    mean = COLOUR_SCALES["risk"].value_of(panel_figures.derive_figures(total))
    of_units = (
        (_("units"), "units", units, False),
        (_("overdue"), "overdue", units, True),
        (_("failed"), "failed", units, True),
        (_("open hazards"), "hazards", 0, True),
        (_("due within a month"), "due_soon", units, False),
        (_("tag never seen"), "unseen", units, False),
        (_("in the two highest classes"), "highest", units, True),
    )
    counted = {**total, "highest": count_highest_classes(total)}
    tiles = [
        _figure_box(label, counted[name], of if name != "units" else 0, bad=bad)
        | {"href": lists.get(name)}
        for label, name, of, bad in of_units
    ]
    return [
        *tiles,
        _figure_box(_("mean risk score"), round(mean) if mean is not None else 0),
        _figure_box(_("accidents in 12 months"), accidents, bad=True),
    ]


def _figure_box(label: str, value: int, of: int = 0, *, bad: bool = False) -> dict[str, Any]:
    note = f"{100 * value / of:.1f} %" if of else ""
    shown = number_format(value, use_l10n=True, force_grouping=True)
    return {"label": label, "value": shown, "note": note, "bad": bad and value > 0}


def _trend_point(day: dt.date, totals: Mapping[str, int]) -> dict[str, Any]:
    """A point of the trend: the figures of a day; those of the first day of a month close the
    one before."""
    mean = panel_figures.derive_figures(totals)["mean"]
    return {
        "day": day,
        **{name: totals[name] for name in ("units", "overdue", "failed")},
        "mean": mean,
    }


def _share_of_units(point: Mapping[str, Any], name: str) -> float | None:
    return round(point[name] / point["units"], 5) if point["units"] else None


def _load_bounding_box(code: str) -> tuple[float, ...]:
    found = Region.objects.filter(code=code).aggregate(box=Extent("boundary"))["box"]
    west, south, east, north = found or _PROVINCE_BOX
    return (*to_base_datum(west, south), *to_base_datum(east, north))
