"""Who receives and sends papers for an office: whoever holds a post there that gives the right."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import RIGHTS, Right, refuse_without
from backend.lib.problems import not_allowed
from backend.offices.models import Office
from backend.offices.office_seats import find_seat_for
from backend.offices.seats import Seat, Seats

ROLES = tuple(role for role, rights in RIGHTS.items() if Right.DELIVER_PAPERS in rights)


def sits_in_mailroom(user: User) -> bool:
    """Whether ``user`` sends and receives for some office, be it as a substitute."""
    return any(seat.role in ROLES for seat in Seats.of(user).seats)


def require_mailroom(actor: User) -> None:
    """Refuse (403) who sends and receives for no office. A right of the account would not say it:
    that of a substitute is not his own."""
    if not sits_in_mailroom(actor):
        refuse_without(Right.DELIVER_PAPERS)


def may_act_for(user: User, office: Office) -> bool:
    """Whether ``user`` sends and receives for ``office``, or for one that ended into his."""
    return find_seat_for(user, office, ROLES) is not None


def require_seat(actor: User, office: Office) -> Seat:
    """The seat from which ``actor`` sends and receives for ``office``, or for one that ended into his.

    Raises Refused 403: somebody above sees what an office received, but does not sign for it.
    """
    seat = find_seat_for(actor, office, ROLES)
    if seat is None:
        told = _("Only who holds a post for it in %(office)s sends and signs for its papers.")
        raise not_allowed(told % {"office": office.name})
    return seat
