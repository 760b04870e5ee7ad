"""By what somebody sees matters: the offices below his seats, his roles in them, and himself."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from backend.accounts.models import User
from backend.lib.one_of_many import is_one_of
from backend.offices.seats import Seats

_NARROW = 16
"""With so many ways or fewer, each is gone by itself; a statement of more takes long to plan."""


class Sight(NamedTuple):
    """The readers of matters that let one person see them."""

    people: tuple[int, ...]
    offices: tuple[int, ...]
    pairs: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, user: User) -> Sight:
        """That of ``user`` today."""
        seats = Seats.of(user)
        return cls(tuple(seats.people), tuple(seats.offices_and_descendants()), tuple(seats.pairs))

    @property
    def condition(self) -> Q:
        """The predicate of those readers."""
        reads = Q(user__in=self.people) | is_one_of("office", self.offices) & Q(role="")
        for office, role in self.pairs:
            reads |= Q(office=office, role=role)
        return reads

    @property
    def ways(self) -> tuple[Q, ...]:
        """For the matters of a narrow reader, a condition for each of them, which no matter meets twice.

        None for a wide reader: of whatever matters are looked at he sees many, and none is sought.
        """
        pairs = [*((office, "") for office in self.offices), *self.pairs]
        if len(self.people) + len(pairs) > _NARROW:
            return ()
        named = [Q(readers__user=person) for person in self.people]
        return *named, *(Q(readers__office=office, readers__role=role) for office, role in pairs)
