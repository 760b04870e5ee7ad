"""The figures that a map of regions shows, summed to regions as they were on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.bounded import bounded
from backend.lib.problems import Refused
from backend.maps.asking import Asked
from backend.maps.encoding import MOST_MS
from backend.maps.scope import chosen, of_enterprise, visible
from backend.risk.models import BAND, Reader, RegionFigures, Standing
from geo.regions import Gazetteer, UnknownRegion

_SUMS = ("units", "overdue", "due_soon", "failed", "hazards", "unseen", "score_sum", "band4")
_DUE = {"": "units", "overdue": "overdue", "soon": "due_soon"}


@dataclass(slots=True)
class Figure:
    """What one region counts."""

    units: int = 0
    overdue: int = 0
    due_soon: int = 0
    failed: int = 0
    hazards: int = 0
    unseen: int = 0
    score_sum: int = 0
    band4: int = 0

    @property
    def mean(self) -> int:
        """Points of 1000."""
        return round(self.score_sum / self.units) if self.units else 0

    @property
    def tail(self) -> int:
        """Percent of units in the highest band."""
        return round(100 * self.band4 / self.units) if self.units else 0


def figures_of(
    user: User, asked: Asked, gazetteer: Gazetteer, day: dt.date, level: str
) -> dict[str, Figure]:
    """The figures of each region of ``level`` in force on ``day`` that the reader has units in.

    Raises Refused 422 for a day before the data, or an enterprise's question about the past.
    """
    found: dict[str, Figure] = defaultdict(Figure)
    with bounded(MOST_MS):
        rows = list(_counties(user, asked, day))
    for code, *sums in rows:
        region = _region(gazetteer, code, day, level)
        if region is not None:
            for name, number in zip(_SUMS, sums, strict=True):
                setattr(found[region], name, getattr(found[region], name) + int(number))
    counted = _DUE[asked.due]
    return {code: figure for code, figure in found.items() if getattr(figure, counted)}


def _counties(user: User, asked: Asked, day: dt.date) -> QuerySet[Any, tuple[Any, ...]]:
    wanted = visible(user) & chosen(asked)
    if of_enterprise(user):
        if day != clock.today():
            detail = _("Only the present is known for single enterprises.")
            raise Refused("only-the-present", detail, field="as_of")
        return _own(wanted)
    begun = Reader.objects.values_list("history_from", flat=True).first()
    if begun is None or (day < begun and asked.as_of is not None):
        if asked.as_of is None:
            return RegionFigures.objects.none().values_list("region_id", *_SUMS)
        detail = _("Figures are known from %(day)s on.") % {"day": begun}
        raise Refused("before-the-data", detail, field="as_of")
    valid = Q(valid_to__isnull=True)
    if asked.as_of is not None:
        valid = Q(valid_from__lte=day) & (valid | Q(valid_to__gt=day))
    rows = RegionFigures.objects.filter(wanted, valid)
    return rows.values_list("region_id").annotate(*(Sum(name) for name in _SUMS))


def _own(wanted: Q) -> QuerySet[Any, tuple[Any, ...]]:
    """The same from the standings themselves."""
    sums = {
        "n_units": Count("unit_id"),
        **{
            f"n_{flag}": Count("unit_id", filter=Q(**{flag: True}))
            for flag in ("overdue", "due_soon", "failed", "unseen")
        },
        "n_hazards": Sum("hazards"),
        "n_score_sum": Sum("score"),
        "n_band4": Count("unit_id", filter=Q(score__gte=4 * BAND)),
    }
    rows = Standing.objects.filter(wanted).values("region_id").annotate(**sums)
    return rows.values_list("region_id", *(f"n_{name}" for name in _SUMS))


def _region(gazetteer: Gazetteer, code: str, day: dt.date, level: str) -> str | None:
    """The region of ``level`` to which a county's figure for ``day`` counts."""
    try:
        line = gazetteer.line_on(code, day)
        return next((c for c in line if gazetteer[c].level == level), None)
    except UnknownRegion:
        return None
