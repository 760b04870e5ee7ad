"""Who publishes for an office: whoever holds a post there that gives the right, or stands in for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.lib.problems import not_allowed
from backend.offices.models import Office
from backend.offices.seats import Seat, Seats, find_seat, require_seat_giving


def offices_to_publish_for(user: User) -> set[int]:
    """The keys of the offices for which ``user`` publishes, be it as a substitute."""
    return {seat.office for seat in Seats.of(user).giving(Right.PUBLISH_ANNOUNCEMENTS)}


def require_publisher(actor: User) -> None:
    """Refuse (403) who publishes for no office."""
    require_seat_giving(actor, Right.PUBLISH_ANNOUNCEMENTS)


def may_publish_for(user: User, office: Office) -> bool:
    """Whether ``user`` publishes for ``office``, or for one that ended into his."""
    return find_seat(user, office, Right.PUBLISH_ANNOUNCEMENTS) is not None


def require_seat(actor: User, office: Office) -> Seat:
    """The seat from which ``actor`` publishes for ``office``, or for one that ended into his.

    Raises Refused 403: somebody above sees what an office published, but does not speak for it.
    """
    seat = find_seat(actor, office, Right.PUBLISH_ANNOUNCEMENTS)
    if seat is None:
        told = _("Only a leader or a clerk of %(office)s publishes for it.")
        raise not_allowed(told % {"office": office.name})
    return seat
