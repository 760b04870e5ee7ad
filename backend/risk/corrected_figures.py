"""The figures of a county on a day by what is known today, with what was filed and corrected since.

What was told on that day stays as it was told. These are computed anew from the life of each unit,
so there is a bound on how many that may be.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.lib.problems import Refused
from backend.risk.figures_query import FiguresQuery
from backend.risk.past_figures import compute_past_sums
from backend.risk.region_sums import RegionSums, add_sums, empty_sums
from backend.units.models import Transfer, Unit
from geo.models import Region
from geo.regions import Gazetteer

MOST = 2000
"""How many units are folded for one question: a few seconds."""


def load_corrected_sums(user: User, names: Gazetteer, query: FiguresQuery) -> RegionSums:
    """Figures of the county; nothing lies below it. Its jurisdiction was asked for before.

    Raises Refused: 422 for a larger region and for more units than ``MOST``, 403 for an enterprise.
    """
    if user.role == Role.ENTERPRISE:
        text = _("Figures of your own units are told for today only.")
        raise Refused("as-of-not-kept", text, field="as_of")
    if names[query.region].level != Region.Level.COUNTY:
        text = _("By what is known today, figures of the past are told of one county at a time.")
        raise Refused("known-on-of-one-county", text, field="known_on")
    total = empty_sums()
    for row in compute_past_sums(_list_units_ever_there(names, query), query.day):
        if names.is_part_of(row["region_id"], query.region, query.day) and _has_asked_status(
            row, query
        ):
            add_sums(total, row)
    return RegionSums(names[query.region], total, {})


def _has_asked_status(row: dict[str, str], query: FiguresQuery) -> bool:
    return not query.statuses or row["status"] in query.statuses


def _list_units_ever_there(names: Gazetteer, query: FiguresQuery) -> list[int]:
    """Units that stand in the county or ever moved out of it or into it."""
    came = names.part_of_region_condition(query.region, query.day, "to_region_id")
    left = names.part_of_region_condition(query.region, query.day, "from_region_id")
    moved = Transfer.objects.filter(came | left).values("unit")
    here = names.part_of_region_condition(query.region, query.day, "region_id")
    kinds = Q(kind__in=query.kinds) if query.kinds else Q()
    found = Unit.objects.filter(kinds, here | Q(pk__in=moved)).order_by("pk")
    units = list(found.values_list("pk", flat=True)[: MOST + 1])
    if len(units) > MOST:
        text = _("More than %(most)d units: ask for one kind, or for the figures as told then.")
        raise Refused("too-many-units", text % {"most": MOST}, field="known_on", most=MOST)
    return units
