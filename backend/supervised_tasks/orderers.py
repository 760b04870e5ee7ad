"""Who orders supervised tasks for an office, and of whom: whoever holds a post there that gives the right."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.accounts.rights import Right
from backend.lib import clock
from backend.lib.problems import not_found
from backend.offices.models import Office, OfficeQuerySet
from backend.offices.seats import Seat, Seats, require_seat_giving


def may_order(user: User) -> bool:
    """Whether ``user`` orders tasks for some office, be it as a substitute."""
    return bool(_seats_of(user))


def require_orderer(actor: User) -> None:
    """Refuse (403) who orders for no office."""
    require_seat_giving(actor, Right.ORDER_TASKS)


def get_seat(actor: User, office: int | None) -> Seat:
    """The seat from which ``actor`` orders for ``office``, a leader's before a clerk's, his own first.

    Without an office that of the first seat. Raises Refused 403; 404 for an office in which he has none.
    """
    require_orderer(actor)
    fits = [seat for seat in _seats_of(actor) if office in (None, seat.office)]
    if not fits:
        raise not_found(_("You order nothing in such an office."))
    return min(fits, key=lambda seat: (seat.role != Role.LEADER, seat.holder is not None))


def offices_to_order(user: User) -> OfficeQuerySet:
    """The offices for which ``user`` orders, the highest first."""
    mine = {seat.office for seat in _seats_of(user)}
    return Office.objects.filter(pk__in=mine).order_by("path")


def offices_to_lead(office: Office) -> OfficeQuerySet:
    """The offices of today that ``office`` may have something done by: itself, and all below it."""
    return Office.objects.in_force(clock.today()).descending_from(office).order_by("path")


def _seats_of(user: User) -> list[Seat]:
    return Seats.of(user).giving(Right.ORDER_TASKS)
