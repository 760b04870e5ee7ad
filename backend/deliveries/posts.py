"""Who receives and sends papers for an office: whoever holds a post there that gives the right."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import RIGHTS, Right, refuse_without
from backend.lib import clock
from backend.lib.problems import not_allowed
from backend.offices.competence import find_heir
from backend.offices.models import Office
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
    return _find_seat(user, office) is not None


def require_seat(actor: User, office: Office) -> Seat:
    """The seat from which ``actor`` sends and receives for ``office``, or for one that ended into his.

    Raises Refused 403: somebody above sees what an office received, but does not sign for it.
    """
    seat = _find_seat(actor, office)
    if seat is None:
        told = _("Only who holds a post for it in %(office)s sends and signs for its papers.")
        raise not_allowed(told % {"office": office.name})
    return seat


def _find_seat(user: User, office: Office) -> Seat | None:
    heir = find_heir(office, clock.today()) or office
    seats = Seats.of(user)
    fits = filter(None, (seats.at(heir.pk, role) for role in ROLES))
    return min(fits, key=lambda seat: seat.holder is not None, default=None)
