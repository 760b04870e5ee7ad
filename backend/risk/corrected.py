"""The figures of a county on a day by what is known today, with what was filed and corrected since.

What was told on that day stays as it was told. These are computed anew from the life of each unit,
so there is a bound on how many that may be.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.lib.problems import Refused
from backend.risk.history import figures_anew
from backend.risk.reading import Asked
from backend.risk.summing import Below, add, no_sums
from backend.units.models import Transfer, Unit
from geo.models import Region
from geo.regions import Gazetteer

MOST = 2000
"""How many units are folded for one question: a few seconds."""


def below(user: User, names: Gazetteer, asked: Asked) -> Below:
    """Figures of the county; nothing lies below it. Its jurisdiction was asked for before.

    Raises Refused: 422 for a larger region and for more units than ``MOST``, 403 for an enterprise.
    """
    if user.role == Role.ENTERPRISE:
        text = _("Figures of your own units are told for today only.")
        raise Refused("as-of-not-kept", text, field="as_of")
    if names[asked.region].level != Region.Level.COUNTY:
        text = _("By what is known today, figures of the past are told of one county at a time.")
        raise Refused("known-on-of-one-county", text, field="known_on")
    total = no_sums()
    for row in figures_anew(_who_may_have_stood(names, asked), asked.day):
        if names.is_part_of(row["region_id"], asked.region, asked.day) and _is_asked(row, asked):
            add(total, row)
    return Below(names[asked.region], total, {})


def _is_asked(row: dict[str, str], asked: Asked) -> bool:
    return not asked.statuses or row["status"] in asked.statuses


def _who_may_have_stood(names: Gazetteer, asked: Asked) -> list[int]:
    """Units that stand in the county or ever moved out of it or into it."""
    came = names.parts_of(asked.region, asked.day, "to_region_id")
    left = names.parts_of(asked.region, asked.day, "from_region_id")
    moved = Transfer.objects.filter(came | left).values("unit")
    here = names.parts_of(asked.region, asked.day, "region_id")
    kinds = Q(kind__in=asked.kinds) if asked.kinds else Q()
    found = Unit.objects.filter(kinds, here | Q(pk__in=moved)).order_by("pk")
    units = list(found.values_list("pk", flat=True)[: MOST + 1])
    if len(units) > MOST:
        text = _("More than %(most)d units: ask for one kind, or for the figures as told then.")
        raise Refused("too-many-units", text % {"most": MOST}, field="known_on", most=MOST)
    return units
