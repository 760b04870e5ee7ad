"""Tells people by a notification what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.flows.moves import Asked
from backend.matters.models import Matter
from backend.notifications.actions import notify
from backend.notifications.models import Kind
from backend.offices.seats import holders_of, substitutes_of


def tell_asked(matter: Matter, asks: Iterable[Asked]) -> None:
    """Notify the person who is asked with his substitutes, or all who hold the role in the office.

    The number of the matter alone is said; what it is about is read at the desk, by right.
    """
    for ask in asks:
        notify(
            recipients=_people_asked(ask),
            kind=Kind.ASSIGNED,
            number=matter.number or f"{matter.kind} {matter.pk}",
            day=matter.due_on,
            path=f"/desk/matters/{matter.pk}/",
        )


def _people_asked(ask: Asked) -> QuerySet[User]:
    if ask.person is None:
        return holders_of(ask.office, [ask.role])
    return User.objects.filter(pk=ask.person) | substitutes_of(ask.person)
