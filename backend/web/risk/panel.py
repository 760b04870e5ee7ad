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
from backend.risk.summing import highest
from backend.web.basemap import base_datum
from backend.web.risk import sums
from backend.web.risk.asked import Asked
from backend.web.risk.lists import lists
from backend.web.risk.measures import MEASURES, Measure
from backend.web.risk.ranking import Row, measure_of, ranked
from backend.web.risk.worst import Entry, worst
from geo.models import Region
from geo.regions import Gazetteer

_EVERYWHERE = (114.8, 34.3, 122.8, 38.5)
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
    rows: list[Row]
    measure: Measure
    trend: list[dict[str, Any]]
    worst: list[Entry]
    box: tuple[float, ...]

    @property
    def ranking(self) -> str:
        """What the table below ranks."""
        return _("Cities by risk") if self.region.level == "province" else _("Counties by risk")

    def as_json(self) -> dict[str, Any]:
        """For the map's script."""
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
                "overdue": [_share(point, "overdue") for point in self.trend],
                "failed": [_share(point, "failed") for point in self.trend],
            },
        }


def panel_of(user: User, asked: Asked) -> Panel:
    """The panel for what ``asked`` names, with figures of what ``user`` may see."""
    names = Gazetteer.read()
    region = Region.objects.defer("boundary").get(code=asked.region)
    known = sums.known(user, names, asked)
    computed, known = known is not None, known or sums.nothing()
    below = _of_concern(user, known.below)
    measure = measure_of(asked, below)
    return Panel(
        region=region,
        name=names.name_on(region.code, asked.as_of),
        as_of=asked.as_of,
        past=asked.past,
        above=_above(names, asked),
        computed=computed,
        figures=_tiles(known.own, known.accidents, lists(asked, region.code)),
        rows=ranked(names, below, asked, measure),
        measure=measure,
        trend=[_point(day, found) for day, found in known.course],
        worst=[] if asked.past or region.level == "province" else worst(user, asked),
        box=_box(region.code),
    )


def _of_concern(user: User, below: Mapping[str, sums.Sums]) -> Mapping[str, sums.Sums]:
    """To who acts for an enterprise the regions that have units of it; to staff all."""
    if user.role != Role.ENTERPRISE:
        return below
    return {code: found for code, found in below.items() if found["units"]}


def _above(names: Gazetteer, asked: Asked) -> list[dict[str, str]]:
    """The regions that this one lies in, the widest first, as far up as the user's own."""
    chain = [code for code in names.ancestors_on(asked.region, asked.as_of) if asked.covers(code)]
    return [
        {"name": names.name_on(code, asked.as_of), "href": asked.with_(region=code)}
        for code in reversed(chain)
    ]


def _tiles(
    total: Mapping[str, int], accidents: int, lists: Mapping[str, str]
) -> list[dict[str, Any]]:
    units = total["units"]
    mean = MEASURES["risk"].value(sums.derived(total))
    of_units = (
        (_("units"), "units", units, False),
        (_("overdue"), "overdue", units, True),
        (_("failed"), "failed", units, True),
        (_("open hazards"), "hazards", 0, True),
        (_("due within a month"), "due_soon", units, False),
        (_("tag never seen"), "unseen", units, False),
        (_("in the two highest classes"), "highest", units, True),
    )
    counted = {**total, "highest": highest(total)}
    tiles = [
        _tile(label, counted[name], of if name != "units" else 0, bad=bad)
        | {"href": lists.get(name)}
        for label, name, of, bad in of_units
    ]
    return [
        *tiles,
        _tile(_("mean risk score"), round(mean) if mean is not None else 0),
        _tile(_("accidents in 12 months"), accidents, bad=True),
    ]


def _tile(label: str, value: int, of: int = 0, *, bad: bool = False) -> dict[str, Any]:
    note = f"{100 * value / of:.1f} %" if of else ""
    shown = number_format(value, use_l10n=True, force_grouping=True)
    return {"label": label, "value": shown, "note": note, "bad": bad and value > 0}


def _point(day: dt.date, found: Mapping[str, int]) -> dict[str, Any]:
    """The figures of the course of months; those of the first day of a month close the one before."""
    mean = sums.derived(found)["mean"]
    return {
        "day": day,
        **{name: found[name] for name in ("units", "overdue", "failed")},
        "mean": mean,
    }


def _share(point: Mapping[str, Any], name: str) -> float | None:
    return round(point[name] / point["units"], 5) if point["units"] else None


def _box(code: str) -> tuple[float, ...]:
    found = Region.objects.filter(code=code).aggregate(box=Extent("boundary"))["box"]
    west, south, east, north = found or _EVERYWHERE
    return (*base_datum(west, south), *base_datum(east, north))
