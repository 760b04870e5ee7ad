"""Tells people by a notification what is asked of them, and how its days run out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from backend.accounts.models import Role, User
from backend.flows.moves import Asked
from backend.matters.kinds import get_kind
from backend.matters.models import Assignment, Matter
from backend.notifications.actions import notify
from backend.notifications.models import Kind
from backend.offices.seats import holders_of, people_at, substitutes_of


def tell_asked(matter: Matter, asks: Iterable[Asked]) -> None:
    """Notify the person who is asked, or all who hold the role in the office; with substitutes.

    The number of the matter alone is said; what it is about is read at the desk, by right.
    """
    for ask in asks:
        people = _people_asked(ask.office, ask.role, ask.person)
        _notify_people(matter, Kind.ASSIGNED, people, matter.due_on)


def tell_of_deadline(matter: Matter, kind: Kind, day: dt.date) -> None:
    """Notify those who are asked now, and who leads the office if he sees the matter, of a deadline.

    One that was missed is told to those whom the kind names, too.
    """
    told = people_waited_for(matter)
    further = get_kind(matter.kind).told_of_misses
    if kind == Kind.DEADLINE_MISSED and further is not None:
        told |= set(further(matter))
    heads = holders_of(matter.office_id, [Role.LEADER])
    seeing = {one for one in heads if Matter.objects.visible_to(one).filter(pk=matter.pk).exists()}
    _notify_people(matter, kind, told | seeing, day)


def tell_urged(matter: Matter, people: Iterable[User]) -> None:
    """Notify ``people`` that somebody waits for them."""
    _notify_people(matter, Kind.URGED, people, matter.due_on)


def tell_heir(matter: Matter, office: int) -> None:
    """Notify who is asked in ``office``, which has just taken the matter over."""
    _notify_people(
        matter, Kind.ASSIGNED, _asked_by(_open_in(matter).filter(office=office)), matter.due_on
    )


def people_waited_for(matter: Matter) -> set[User]:
    """Who is asked now: by name, with substitutes, or by a role in an office."""
    return _asked_by(_open_in(matter))


def _open_in(matter: Matter) -> QuerySet[Assignment]:
    return matter.assignments.filter(state=Assignment.State.OPEN)


def _asked_by(assignments: QuerySet[Assignment]) -> set[User]:
    asks = assignments.values_list("office", "role", "person")
    return {user for ask in asks for user in _people_asked(*ask)}


def _notify_people(matter: Matter, kind: Kind, people: Iterable[User], day: dt.date | None) -> None:
    notify(
        recipients=people,
        kind=kind,
        number=matter.number or f"{matter.kind} {matter.pk}",
        day=day,
        path=f"/desk/matters/{matter.pk}/",
    )


def _people_asked(office: int, role: str, person: int | None) -> QuerySet[User]:
    if person is None:
        return people_at([office], [role])
    return User.objects.filter(pk=person) | substitutes_of(person)
