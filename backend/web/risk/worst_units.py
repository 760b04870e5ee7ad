"""The units of highest risk in a region, to send somebody to."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.models import Role, User
from backend.accounts.rights import jurisdiction_filter
from backend.risk.models import UnitFigures
from backend.units.models import Unit
from backend.web.risk.search import unit_on_map_query
from backend.web.risk.state import MapState
from geo.models import within_region_by_city

MAX_UNITS = 10


@dataclass(frozen=True, slots=True)
class WorstUnit:
    """A unit with its score and class; ``view`` is the question that shows it on the map."""

    unit: Unit
    score: int
    level: int
    view: str


def load_worst_units(user: User, state: MapState) -> list[WorstUnit]:
    """The units of the region with the highest scores that the filters leave."""
    rows = UnitFigures.objects.filter(within_region_by_city("region_id", state.region))
    if user.role == Role.ENTERPRISE:
        mine = Unit.objects.visible_to(user).values_list("pk", flat=True)
        rows = rows.filter(unit_id__in=list(mine))
    else:
        rows = rows.filter(
            jurisdiction_filter(user, "region_id", lies_within=within_region_by_city)
        )
    if state.kinds:
        rows = rows.filter(kind__in=state.kinds)
    if state.statuses:
        rows = rows.filter(status__in=state.statuses)
    if state.due:
        rows = rows.filter(**{"overdue" if state.due == "overdue" else "due_soon": True})
    found = list(rows.order_by("-score", "unit_id")[:MAX_UNITS])
    units = Unit.objects.select_related("category", "using_entity").in_bulk([r.pk for r in found])
    return [
        WorstUnit(units[row.pk], row.score, row.level, unit_on_map_query(units[row.pk], state))
        for row in found
    ]
