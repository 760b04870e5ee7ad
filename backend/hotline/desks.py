"""Which desk takes a letter in."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.competence import find_competent_office
from backend.offices.models import Office
from backend.offices.seats import Seats
from geo.models import Region
from geo.regions import Gazetteer

_DESK_ROLES = (Role.OPERATOR, Role.CLERK)


def get_intake_desk(actor: User | None, region: Region, against: Office | None) -> Office:
    """The desk of the operator himself; for a citizen's own letter that of the city, else of the province.

    Never ``against`` nor a desk below it (domain rule 23): then the next one above. Raises Refused
    422 ``desk-missing`` where none is left.
    """
    desks = _own_desks(actor) if actor else _desks_for(region.pk, clock.today())
    for desk in [*desks, *_desks_above(desks)]:
        if against is None or not desk.path.startswith(against.path):
            return desk
    detail = _("No desk of the hotline may take this. Write to the authority above the province.")
    raise Refused("desk-missing", detail, field="against_office")


def _own_desks(actor: User) -> list[Office]:
    offices = [seat.office for seat in Seats.of(actor).seats if seat.role in _DESK_ROLES]
    return list(Office.objects.filter(pk__in=offices).order_by("-path"))


def _desks_for(region: str, day: dt.date) -> list[Office]:
    """The authorities of the city and of the province over the region, in this order."""
    line = Gazetteer.load().lineage_on(region, day)
    above = [find_competent_office(code, day) for code in line if code.endswith("00")]
    return [desk for desk in above if desk is not None]


def _desks_above(desks: list[Office]) -> list[Office]:
    """The authorities above these desks, the nearest first."""
    lines = [number for desk in desks for number in desk.line]
    found = Office.objects.of_authorities().in_force(clock.today()).filter(pk__in=lines)
    return sorted(found, key=lambda desk: -len(desk.line))
