"""Tells people whom an absence concerns. No name of anybody leaves the house with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from backend.absences.models import Absence
from backend.accounts.models import Role, User
from backend.notifications.actions import notify
from backend.notifications.models import Kind
from backend.offices.models import Post, Substitution
from backend.offices.seats import people_at

HEADS = (Role.LEADER, Role.CLERK)
"""Who looks after an office whose people are away: those who lead it and those who keep its papers."""


def tell_standing_in(lent: Iterable[Substitution]) -> None:
    """Notify each substitute, with the first of his days."""
    first: dict[int, Substitution] = {}
    for one in lent:
        first.setdefault(one.substitute_id, one)
    for one in first.values():
        _notify_people([one.substitute], Kind.STANDING_IN, one.starts_on)


def tell_uncovered(absence: Absence, posts: Collection[Post]) -> None:
    """Notify the heads of the offices of ``posts`` that nobody stands in there."""
    heads = _heads_of(post.office_id for post in posts)
    _notify_people(heads - {absence.person}, Kind.UNCOVERED, absence.starts_on)


def tell_substitute_away(absence: Absence, pledges: Sequence[Substitution]) -> None:
    """Notify whoever was to stand in and is away himself, for whom, and the heads of their offices."""
    if pledges:
        holders = {one.post.user for one in pledges}
        heads = _heads_of(one.post.office_id for one in pledges)
        first = max(absence.starts_on, pledges[0].starts_on)
        _notify_people({absence.person} | holders | heads, Kind.UNCOVERED, first)


def _heads_of(offices: Iterable[int]) -> set[User]:
    return set(people_at(set(offices), HEADS))


def _notify_people(people: Iterable[User], kind: Kind, day: dt.date) -> None:
    notify(recipients=people, kind=kind, day=day, path=f"/desk/absences/?day={day}")
