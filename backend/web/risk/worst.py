"""The units of highest risk in a region, to send somebody to."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.models import Role, User
from backend.accounts.rights import in_jurisdiction
from backend.risk.models import Standing
from backend.units.models import Unit
from backend.units.models.unit import stands_in
from backend.web.risk.asked import Asked
from backend.web.risk.finding import spot

AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit with its score and class; ``view`` is the question that shows it on the map."""

    unit: Unit
    score: int
    level: int
    view: str


def worst(user: User, asked: Asked) -> list[Entry]:
    """Those of the region with the highest scores that the filters leave."""
    rows = Standing.objects.filter(stands_in("region_id", asked.region))
    if user.role == Role.ENTERPRISE:
        mine = Unit.objects.visible_to(user).values_list("pk", flat=True)
        rows = rows.filter(unit_id__in=list(mine))
    else:
        rows = rows.filter(in_jurisdiction(user, "region_id", lies_within=stands_in))
    if asked.kinds:
        rows = rows.filter(kind__in=asked.kinds)
    if asked.statuses:
        rows = rows.filter(status__in=asked.statuses)
    if asked.due:
        rows = rows.filter(**{"overdue" if asked.due == "overdue" else "due_soon": True})
    found = list(rows.order_by("-score", "unit_id")[:AT_MOST])
    units = Unit.objects.select_related("category", "using_entity").in_bulk([r.pk for r in found])
    return [Entry(units[row.pk], row.score, row.level, spot(units[row.pk], asked)) for row in found]
