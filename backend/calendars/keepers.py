"""Who calls meetings and keeps the duty roster of an office: whoever holds a post for it there."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.lib import clock
from backend.lib.problems import not_allowed, not_found
from backend.offices.models import Office
from backend.offices.seats import Seat, Seats, find_seat, require_seat_giving


def keeps_calendars(user: User) -> bool:
    """Whether ``user`` calls meetings for some office, be it as a substitute."""
    return bool(Seats.of(user).giving(Right.KEEP_CALENDARS))


def require_keeper(actor: User) -> None:
    """Refuse (403) who keeps the calendars of no office."""
    require_seat_giving(actor, Right.KEEP_CALENDARS)


def offices_kept_by(user: User) -> QuerySet[Office]:
    """The offices for which ``user`` calls meetings and keeps the roster."""
    kept = {seat.office for seat in Seats.of(user).giving(Right.KEEP_CALENDARS)}
    return Office.objects.in_force(clock.today()).filter(pk__in=kept).order_by("code")


def keeps_for(user: User, office: Office) -> bool:
    """Whether ``user`` keeps the calendars of ``office``, or of one that ended into his."""
    return find_seat(user, office, Right.KEEP_CALENDARS) is not None


def require_seat_in(actor: User, office: Office) -> Seat:
    """The seat from which ``actor`` keeps the calendars of ``office``. Raises Refused 403."""
    seat = find_seat(actor, office, Right.KEEP_CALENDARS)
    if seat is None:
        told = _(
            "Only who holds a post for it in %(office)s calls its meetings and keeps its roster."
        )
        raise not_allowed(told % {"office": office.name})
    return seat


def get_kept_office(actor: User, office: int) -> Office:
    """The office of this key for which ``actor`` may act. Raises Refused: 403; 404 outside his line."""
    require_keeper(actor)
    line = Seats.of(actor).offices_and_descendants()
    found = Office.objects.in_force(clock.today()).filter(pk__in=line, pk=office).first()
    if found is None:
        raise not_found(_("There is no such office in your line."))
    require_seat_in(actor, found)
    return found
