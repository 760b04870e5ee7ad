"""From which seat somebody acts for an office, and which offices are one house with it."""

from __future__ import annotations

from collections.abc import Collection

from backend.accounts.models import User
from backend.lib import clock
from backend.offices.competence import find_heir
from backend.offices.models import Office
from backend.offices.seats import Seat, Seats


def find_seat_for(user: User, office: Office, roles: Collection[str]) -> Seat | None:
    """The seat from which ``user`` acts in one of ``roles`` for ``office``, his own first.

    For an office that has ended its heir acts. None where he has no such seat.
    """
    heir = find_heir(office, clock.today()) or office
    seats = Seats.of(user)
    fits = filter(None, (seats.at(heir.pk, role) for role in roles))
    return min(fits, key=lambda seat: seat.holder is not None, default=None)


def find_house(office: Office) -> Office:
    """The authority or body to which ``office`` belongs, as an office: itself where it is one."""
    mine = Office.objects.filter(authority=office.authority_id, body=office.body_id)
    return mine.filter(pk__in=office.line).order_by("path")[0]
