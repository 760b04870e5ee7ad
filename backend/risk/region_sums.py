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
from backend.accounts.rights import jurisdiction_filter
from backend.lib.months import add_months, month_start
from backend.lib.problems import Refused
from backend.risk.figures_query import FiguresQuery
from backend.risk.models import SUMS, Reader, RegionFigures, UnitFigures
from backend.units.models import Unit
from geo.regions import Gazetteer, RegionEntry

TREND_MONTHS = 24
SumByFigure = dict[str, int]


@dataclass(frozen=True)
class RegionSums:
    """A region, with its own figures and those of each region directly below it."""

    region: RegionEntry
    sums: SumByFigure
    children: Mapping[str, SumByFigure]


def load_region_sums(
    user: User, names: Gazetteer, query: FiguresQuery, present_day: dt.date
) -> RegionSums:
    """The figures of the region and of what lies directly below it."""
    inside = names.part_of_region_condition(query.region, query.day, "region_id")
    rows = load_county_sums(user, query.condition() & inside, query.day, present_day)
    inner = [e.code for e in names if e.parent == query.region and e.is_in_force(query.day)]
    children: dict[str, SumByFigure] = {code: empty_sums() for code in inner}
    for code, sums in rows.items():
        child = next((one for one in names.lineage_on(code, query.day) if one in children), None)
        if child is not None:
            add_sums(children[child], sums)
    total = empty_sums()
    for sums in rows.values():
        add_sums(total, sums)
    return RegionSums(names[query.region], total, children)


def load_trend(
    user: User, names: Gazetteer, query: FiguresQuery, reader: Reader, sums: SumByFigure
) -> list[tuple[dt.date, SumByFigure]]:
    """The sums on the first of each of the last months, and ``sums`` on the day itself."""
    if user.role == Role.ENTERPRISE:
        return []
    latest = month_start(query.day)
    months = [add_months(latest, -back) for back in range(TREND_MONTHS - 1, -1, -1)]
    days = [day for day in months if reader.history_from <= day < query.day]
    rows = (
        RegionFigures.objects.filter(jurisdiction_filter(user, "region_id"), query.condition())
        .filter(
            names.part_of_region_condition(query.region, query.day, "region_id"),
            valid_from__in=days,
        )
        .order_by("valid_from")
        .values("valid_from")
        .annotate(**_sum_expressions())
    )
    return [*((row["valid_from"], _read_sums(row)) for row in rows), (query.day, sums)]


def load_county_sums(
    user: User, wanted: Q, day: dt.date, present_day: dt.date
) -> dict[str, SumByFigure]:
    """What the user sees of the ``wanted``, by county code as it is written on the units.

    Raises Refused for an enterprise's question about the past.
    """
    if user.role == Role.ENTERPRISE:
        if day != present_day:
            text = _("Figures of your own units are told for today only.")
            raise Refused("as-of-not-kept", text, field="as_of")
        mine = Unit.objects.visible_to(user).values("pk")
        rows = _group_by_region(
            UnitFigures.objects.filter(wanted, unit__in=mine), _count_expressions()
        )
    else:
        figures = RegionFigures.objects.filter(jurisdiction_filter(user, "region_id"))
        rows = _group_by_region(
            figures.filter(wanted, _versions_condition(day, present_day)), _sum_expressions()
        )
    return {str(row["region_id"]): _read_sums(row) for row in rows}


def count_highest_classes(sums: Mapping[str, int]) -> int:
    """The units of the two highest classes: those most likely to fail, and those not to be used."""
    return sums["band3"] + sums["band4"]


def empty_sums() -> SumByFigure:
    """Sums in which nothing is counted yet."""
    return dict.fromkeys(SUMS, 0)


def add_sums(total: SumByFigure, sums: Mapping[str, int]) -> None:
    """Count ``sums`` into ``total``."""
    for name in SUMS:
        total[name] += sums[name]


def _versions_condition(day: dt.date, present_day: dt.date) -> Q:
    """The versions in force on ``day``; each month begins one, so older ones are not looked at."""
    if day == present_day:
        return Q(valid_to=None)
    ended = Q(valid_to=None) | Q(valid_to__gt=day)
    return Q(valid_from__gte=month_start(day), valid_from__lte=day) & ended


def _group_by_region(rows: QuerySet[Any], sums: Mapping[str, object]) -> list[dict[str, Any]]:
    return list(rows.order_by().values("region_id").annotate(**sums))


def _sum_expressions() -> dict[str, Sum]:
    return {f"of_{name}": Sum(name) for name in SUMS}


def _count_expressions() -> dict[str, Count | Sum]:
    flags = ("overdue", "due_soon", "failed", "unseen")
    bands = {f"of_band{n}": Count("pk", filter=Q(level=n + 1)) for n in range(5)}
    return {
        "of_units": Count("pk"),
        **{f"of_{flag}": Count("pk", filter=Q(**{flag: True})) for flag in flags},
        "of_hazards": Sum("hazards"),
        "of_score_sum": Sum("score"),
        **bands,
    }


def _read_sums(row: Mapping[str, object]) -> SumByFigure:
    return {name: int(str(row[f"of_{name}"] or 0)) for name in SUMS}
