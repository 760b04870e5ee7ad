"""Figures of a region on a day, what lies below it, and how it came to be so.

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
from backend.lib.problems import Refused, not_found
from backend.risk.models import BAND, SUMS, Reader, RegionFigures, Standing
from backend.units.models import Accident, Unit
from geo.regions import Entry, Gazetteer, UnknownRegion

TREND_MONTHS = 24
ACCIDENT_MONTHS = 12
Sums = dict[str, int]


@dataclass(frozen=True)
class Asked:
    """A region on a day, of some kinds and states; all where none are named."""

    region: str
    day: dt.date
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()

    def of(self, prefix: str = "") -> Q:
        """The kinds and states as a filter."""
        wanted = Q()
        if self.kinds:
            wanted &= Q(**{f"{prefix}kind__in": self.kinds})
        if self.statuses:
            wanted &= Q(**{f"{prefix}status__in": self.statuses})
        return wanted


@dataclass(frozen=True)
class Below:
    """A region, with its own figures and those of each region directly below it."""

    region: Entry
    sums: Sums
    children: Mapping[str, Sums]


def present() -> Reader:
    """How far the figures have come. Raises Refused 409 before they were ever computed."""
    reader = Reader.objects.first()
    if reader is None:
        text = _("The figures have not been computed yet. Try again in a minute.")
        raise Refused("no-figures-yet", text, status=409)
    return reader


def day_of(reader: Reader, asked: dt.date | None) -> dt.date:
    """The day that figures are told for. Raises Refused for one before the data or to come."""
    day = asked or reader.day
    if day > reader.day:
        raise Refused("as-of-in-future", _("The day lies in the future."), field="as_of")
    if day < reader.history_from:
        text = _("There are no figures before %(day)s.") % {"day": reader.history_from}
        raise Refused("as-of-before-data", text, field="as_of")
    return day


def region_of(user: User, names: Gazetteer, code: str, day: dt.date) -> Entry:
    """The region ``code``; raises Refused 404 for one not there, or not within the user's own."""
    try:
        entry = names[code]
    except UnknownRegion:
        raise not_found(_("There is no such region.")) from None
    mine = user.region_id
    if user.role != Role.ENTERPRISE and (mine is None or not _within(names, entry.code, mine, day)):
        raise not_found(_("There is no such region in your jurisdiction."))
    return entry


def below(user: User, names: Gazetteer, asked: Asked, present_day: dt.date) -> Below:
    """Figures of the region and of what lies directly below it."""
    codes = _codes(names, asked.region, asked.day)
    rows = _sums(user, asked, codes, present_day)
    inner = [e.code for e in names if e.parent == asked.region and e.in_force(asked.day)]
    children: dict[str, Sums] = {code: dict.fromkeys(SUMS, 0) for code in inner}
    for code, sums in rows.items():
        line = (names.code_on(code, asked.day), *names.ancestors_on(code, asked.day))
        child = next((one for one in line if one in children), None)
        if child is not None:
            _add(children[child], sums)
    total = dict.fromkeys(SUMS, 0)
    for sums in rows.values():
        _add(total, sums)
    return Below(names[asked.region], total, children)


def trend(user: User, names: Gazetteer, asked: Asked, reader: Reader) -> list[tuple[dt.date, Sums]]:
    """The sums on the first of each of the last months, and on the day itself."""
    if user.role == Role.ENTERPRISE:
        return []
    latest = month_start(asked.day)
    months = [add_months(latest, -back) for back in range(TREND_MONTHS - 1, -1, -1)]
    days = [day for day in months if day >= reader.history_from]
    rows = (
        RegionFigures.objects.filter(in_jurisdiction(user, "region_id"), asked.of())
        .filter(valid_from__in=days, region_id__in=_codes(names, asked.region, asked.day))
        .order_by("valid_from").values("valid_from").annotate(**_summed())
    )  # fmt: skip
    found = [(row.pop("valid_from"), _whole(row)) for row in rows]
    if asked.day not in days:
        found.append((asked.day, below(user, names, asked, reader.day).sums))
    return found


def accidents(user: User, names: Gazetteer, asked: Asked) -> int:
    """Accidents in the twelve months up to the day, where they happened; not superseded."""
    since = add_months(asked.day, -ACCIDENT_MONTHS)
    happened = Accident.objects.filter(
        stage="accident",
        superseded_by=None,
        happened_on__gt=since,
        happened_on__lte=asked.day,
        region_id__in=_codes(names, asked.region, asked.day),
    ).filter(asked.of("unit__"))
    if user.role == Role.ENTERPRISE:
        return happened.filter(unit__in=Unit.objects.visible_to(user).values("pk")).count()
    return happened.filter(in_jurisdiction(user, "region_id")).count()


def _sums(user: User, asked: Asked, codes: list[str], present_day: dt.date) -> dict[str, Sums]:
    """By county code as it is written on the units."""
    if user.role == Role.ENTERPRISE:
        if asked.day != present_day:
            text = _("Figures of your own units are told for today only.")
            raise Refused("as-of-not-kept", text, field="as_of")
        mine = Unit.objects.visible_to(user).values("pk")
        rows = _grouped(Standing.objects.filter(unit__in=mine), asked, codes, _counted())
    else:
        figures = RegionFigures.objects.filter(in_jurisdiction(user, "region_id"))
        rows = _grouped(figures.filter(_valid(asked.day, present_day)), asked, codes, _summed())
    return {str(row["region_id"]): _whole(row) for row in rows}


def _valid(day: dt.date, present_day: dt.date) -> Q:
    """The versions in force on ``day``; each month begins one, so older ones are not looked at."""
    if day == present_day:
        return Q(valid_to=None)
    ended = Q(valid_to=None) | Q(valid_to__gt=day)
    return Q(valid_from__gte=month_start(day), valid_from__lte=day) & ended


def _grouped(
    rows: QuerySet[Any], asked: Asked, codes: list[str], sums: Mapping[str, object]
) -> list[dict[str, Any]]:
    wanted = rows.filter(asked.of(), region_id__in=codes)
    return list(wanted.order_by().values("region_id").annotate(**sums))


def _summed() -> dict[str, Sum]:
    return {f"of_{name}": Sum(name) for name in SUMS}


def _counted() -> dict[str, Count | Sum]:
    flags = ("overdue", "due_soon", "failed", "unseen")
    bands = {
        f"of_band{n}": Count("pk", filter=Q(score__gte=n * BAND, score__lt=(n + 1) * BAND))
        for n in range(4)
    }
    return {
        "of_units": Count("pk"),
        **{f"of_{flag}": Count("pk", filter=Q(**{flag: True})) for flag in flags},
        "of_hazards": Sum("hazards"),
        "of_score_sum": Sum("score"),
        **bands,
        "of_band4": Count("pk", filter=Q(score__gte=4 * BAND)),
    }


def _whole(row: Mapping[str, object]) -> Sums:
    return {name: int(str(row[f"of_{name}"] or 0)) for name in SUMS}


def _add(total: Sums, sums: Mapping[str, int]) -> None:
    for name in SUMS:
        total[name] += sums[name]


def _codes(names: Gazetteer, region: str, day: dt.date) -> list[str]:
    """Every code whose figures of ``day`` count to ``region``."""
    return [e.code for e in names if _within(names, e.code, region, day)]


def _within(names: Gazetteer, code: str, region: str, day: dt.date) -> bool:
    return code == region or names.rolls_up_to(code, region, day)
