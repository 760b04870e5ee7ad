"""Where somebody sits: by his posts in force, and by those of others that he does as a substitute."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import BigIntegerField, Q, Value

from backend.accounts.models import User
from backend.lib import clock
from backend.offices.models import Office, Post, Substitution


class Seat(NamedTuple):
    """One post that somebody acts from; ``holder`` is whose it is where he is the substitute."""

    post: int
    office: int
    path: str
    role: str
    holder: int | None


class Acting(NamedTuple):
    """In which post somebody acts, and in whose place where he is the substitute."""

    post: int | None
    on_behalf_of: int | None


@dataclass(frozen=True)
class Seats:
    """All seats of one person on one day."""

    user: int
    seats: tuple[Seat, ...]

    @classmethod
    def of(cls, user: User) -> Seats:
        """Those of ``user`` today."""
        day = clock.today()
        own = Post.objects.filter(_in_force("", day), user=user).values_list(
            "pk", "office_id", "office__path", "role", Value(None, BigIntegerField())
        )
        lent = Substitution.objects.filter(
            _in_force("post__", day), substitute=user, starts_on__lte=day, ends_on__gte=day
        ).values_list(
            "post_id", "post__office_id", "post__office__path", "post__role", "post__user_id"
        )
        return cls(user.pk, tuple(Seat(*row) for row in own.union(lent, all=True)))

    @property
    def pairs(self) -> set[tuple[int, str]]:
        """The roles that he has, each with its office."""
        return {(seat.office, seat.role) for seat in self.seats}

    @property
    def people(self) -> set[int]:
        """Himself and those whose work he does."""
        return {self.user} | {seat.holder for seat in self.seats if seat.holder is not None}

    def offices_below(self) -> list[int]:
        """The offices of all seats with all below them."""
        lines = Q(pk__in=[])
        for path in {seat.path for seat in self.seats}:
            lines |= Q(path__startswith=path)
        return list(Office.objects.filter(lines).order_by().values_list("pk", flat=True))

    def acting(self, *, office: int, role: str, person: int | None) -> Acting | None:
        """How he does what is asked of ``role`` in ``office``, or of ``person``: his own right first.

        None where it is not for him. Somebody asked by name need not hold a post there.
        """
        fits = [
            Acting(seat.post, seat.holder)
            for seat in self.seats
            if seat.office == office
            and role in ("", seat.role)
            and (person is None or person == (seat.holder or self.user))
        ]
        if not fits and person == self.user:
            return Acting(None, None)
        return min(fits, key=lambda acting: acting.on_behalf_of is not None, default=None)


def _in_force(prefix: str, day: dt.date) -> Q:
    ends = Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    return Q(**{f"{prefix}starts_on__lte": day}) & ends
