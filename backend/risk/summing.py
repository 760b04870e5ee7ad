"""The sums of a region and of what lies below it, from the versions of its figures.

Regions change: every code counts to what it belonged to on the day asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.accounts.rights import in_jurisdiction
from backend.lib.months import add_months, month_start
from backend.lib.problems import Refused
from backend.risk.models import SUMS, Reader, RegionFigures, Standing
from backend.risk.reading import Asked
from backend.units.models import Unit
from geo.regions import Entry, Gazetteer

TREND_MONTHS = 24
Sums = dict[str, int]


@dataclass(frozen=True)
class Below:
    """A region, with its own figures and those of each region directly below it."""

    region: Entry
    sums: Sums
    children: Mapping[str, Sums]


def below(user: User, names: Gazetteer, asked: Asked, present_day: dt.date) -> Below:
    """Figures of the region and of what lies directly below it."""
    inside = names.parts_of(asked.region, asked.day, "region_id")
    rows = by_county(user, asked.of() & inside, asked.day, present_day)
    inner = [e.code for e in names if e.parent == asked.region and e.in_force(asked.day)]
    children: dict[str, Sums] = {code: no_sums() for code in inner}
    for code, sums in rows.items():
        child = next((one for one in names.line_on(code, asked.day) if one in children), None)
        if child is not None:
            add(children[child], sums)
    total = no_sums()
    for sums in rows.values():
        add(total, sums)
    return Below(names[asked.region], total, children)


def trend(
    user: User, names: Gazetteer, asked: Asked, reader: Reader, sums: Sums
) -> list[tuple[dt.date, Sums]]:
    """The sums on the first of each of the last months, and ``sums`` on the day itself."""
    if user.role == Role.ENTERPRISE:
        return []
    latest = month_start(asked.day)
    months = [add_months(latest, -back) for back in range(TREND_MONTHS - 1, -1, -1)]
    days = [day for day in months if reader.history_from <= day < asked.day]
    rows = (
        RegionFigures.objects.filter(in_jurisdiction(user, "region_id"), asked.of())
        .filter(names.parts_of(asked.region, asked.day, "region_id"), valid_from__in=days)
        .order_by("valid_from")
        .values("valid_from")
        .annotate(**_summed())
    )
    return [*((row["valid_from"], _whole(row)) for row in rows), (asked.day, sums)]


def by_county(user: User, wanted: Q, day: dt.date, present_day: dt.date) -> dict[str, Sums]:
    """What the user sees of the ``wanted``, by county code as it is written on the units.

    Raises Refused for an enterprise's question about the past.
    """
    if user.role == Role.ENTERPRISE:
        if day != present_day:
            text = _("Figures of your own units are told for today only.")
            raise Refused("as-of-not-kept", text, field="as_of")
        mine = Unit.objects.visible_to(user).values("pk")
        rows = _grouped(Standing.objects.filter(wanted, unit__in=mine), _counted())
    else:
        figures = RegionFigures.objects.filter(in_jurisdiction(user, "region_id"))
        rows = _grouped(figures.filter(wanted, _valid(day, present_day)), _summed())
    return {str(row["region_id"]): _whole(row) for row in rows}


def highest(sums: Mapping[str, int]) -> int:
    """The units of the two highest classes: those most likely to fail, and those not to be used."""
    return sums["band3"] + sums["band4"]


def no_sums() -> Sums:
    """Nothing counted yet."""
    return dict.fromkeys(SUMS, 0)


def add(total: Sums, sums: Mapping[str, int]) -> None:
    """Count ``sums`` into ``total``."""
    for name in SUMS:
        total[name] += sums[name]


def _valid(day: dt.date, present_day: dt.date) -> Q:
    """The versions in force on ``day``; each month begins one, so older ones are not looked at."""
    if day == present_day:
        return Q(valid_to=None)
    ended = Q(valid_to=None) | Q(valid_to__gt=day)
    return Q(valid_from__gte=month_start(day), valid_from__lte=day) & ended


def _grouped(rows: QuerySet[Any], sums: Mapping[str, object]) -> list[dict[str, Any]]:
    return list(rows.order_by().values("region_id").annotate(**sums))


def _summed() -> dict[str, Sum]:
    return {f"of_{name}": Sum(name) for name in SUMS}


def _counted() -> dict[str, Count | Sum]:
    flags = ("overdue", "due_soon", "failed", "unseen")
    bands = {f"of_band{n}": Count("pk", filter=Q(level=n + 1)) for n in range(5)}
    return {
        "of_units": Count("pk"),
        **{f"of_{flag}": Count("pk", filter=Q(**{flag: True})) for flag in flags},
        "of_hazards": Sum("hazards"),
        "of_score_sum": Sum("score"),
        **bands,
    }


def _whole(row: Mapping[str, object]) -> Sums:
    return {name: int(str(row[f"of_{name}"] or 0)) for name in SUMS}
