"""Who receives and sends papers for an office: whoever holds a post there that gives the right."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, roles_with
from backend.lib.problems import not_allowed
from backend.offices.models import Office
from backend.offices.seats import Seat, Seats, find_seat, require_seat_giving

ROLES = roles_with(Right.DELIVER_PAPERS)


def sits_in_mailroom(user: User) -> bool:
    """Whether ``user`` sends and receives for some office, be it as a substitute."""
    return bool(Seats.of(user).giving(Right.DELIVER_PAPERS))


def require_mailroom(actor: User) -> None:
    """Refuse (403) who sends and receives for no office."""
    require_seat_giving(actor, Right.DELIVER_PAPERS)


def may_act_for(user: User, office: Office) -> bool:
    """Whether ``user`` sends and receives for ``office``, or for one that ended into his."""
    return find_seat(user, office, Right.DELIVER_PAPERS) is not None


def require_seat(actor: User, office: Office) -> Seat:
    """The seat from which ``actor`` sends and receives for ``office``, or for one that ended into his.

    Raises Refused 403: somebody above sees what an office received, but does not sign for it.
    """
    seat = find_seat(actor, office, Right.DELIVER_PAPERS)
    if seat is None:
        told = _("Only who holds a post for it in %(office)s sends and signs for its papers.")
        raise not_allowed(told % {"office": office.name})
    return seat
