"""Where somebody sits: by his posts in force, and by those of others that he does as a substitute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, Q, QuerySet, Value

from backend.accounts.models import User
from backend.accounts.rights import RIGHTS, Right, refuse_without, roles_with
from backend.lib import clock
from backend.offices.competence import find_heir
from backend.offices.models import Office, Post, Substitution, post_in_force
from geo.models import regions_over

_BELOW = """
WITH RECURSIVE mine(id) AS (
    SELECT id FROM offices_office WHERE path LIKE ANY(%s)
    UNION
    SELECT ended.id FROM offices_office ended JOIN mine ON ended.successor_id = mine.id
     WHERE ended.valid_to <= %s
)
SELECT id FROM mine
"""


class Seat(NamedTuple):
    """One post that somebody acts from; ``holder`` is whose it is where he is the substitute."""

    post: int
    office: int
    path: str
    role: str
    holder: int | None


@dataclass(frozen=True)
class Seats:
    """All seats of one person on one day.

    A substitute does not pass on what he does for another: who stands in for him has his posts,
    and not those in which he stands in himself.
    """

    user: int
    seats: tuple[Seat, ...]

    @classmethod
    def of(cls, user: User, day: dt.date | None = None) -> Seats:
        """Those of ``user`` on ``day``, which is today; none of an account that is closed."""
        if not user.is_active:
            return cls(user.pk, ())
        when = day or clock.today()
        own = Post.objects.filter(post_in_force(when), user=user).values_list(
            "pk", "office_id", "office__path", "role", Value(None, BigIntegerField())
        )
        lent = Substitution.objects.filter(
            post_in_force(when, "post__"), substitute=user, starts_on__lte=when, ends_on__gte=when
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

    def giving(self, right: Right) -> list[Seat]:
        """Those whose role gives ``right``."""
        return [seat for seat in self.seats if right in RIGHTS.get(seat.role, ())]

    def offices_and_descendants(self) -> list[int]:
        """The offices of all seats with all below them, and those that have ended into one of these."""
        paths = sorted({seat.path for seat in self.seats})
        if not paths:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_BELOW, [[f"{path}%" for path in paths], clock.today()])
            return [office for (office,) in cursor.fetchall()]

    def at(self, office: int, role: str, person: int | None = None) -> Seat | None:
        """The seat from which he does what is asked of ``role`` in ``office``, his own first.

        This is the answer to "may he act for this role in this office today, and on whose behalf".
        With a ``person`` only his own seat, or the one that he lent; None where there is none.
        """
        fits = [
            seat
            for seat in self.seats
            if (seat.office, seat.role) == (office, role)
            and person in (None, self.user if seat.holder is None else seat.holder)
        ]
        return min(fits, key=lambda seat: seat.holder is not None, default=None)


def find_seat(user: User, office: Office, right: Right) -> Seat | None:
    """The seat from which ``user`` does today what takes ``right`` for ``office``, or for one that
    ended into his; his own first, None where there is none."""
    heir, roles = find_heir(office, clock.today()) or office, roles_with(right)
    fits = [seat for seat in Seats.of(user).giving(right) if seat.office == heir.pk]
    own_first = sorted(fits, key=lambda seat: (seat.holder is not None, roles.index(seat.role)))
    return next(iter(own_first), None)


def require_seat_giving(actor: User, right: Right) -> None:
    """Refuse (403) who has no seat that gives ``right``. A right of the account would not say it: that
    of a substitute is not his own."""
    if not Seats.of(actor).giving(right):
        refuse_without(right)


def holders_of(office: int, roles: Collection[str], day: dt.date | None = None) -> QuerySet[User]:
    """Whose one of ``roles`` in ``office`` is on ``day``, which is today; no closed accounts."""
    when = day or clock.today()
    posts = Post.objects.filter(post_in_force(when), office=office, role__in=roles)
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))


def people_at(
    offices: Collection[int], roles: Collection[str], day: dt.date | None = None
) -> QuerySet[User]:
    """Who acts for one of ``roles`` in one of ``offices`` on ``day``, which is today: holders and
    their substitutes; no closed accounts."""
    when = day or clock.today()
    posts = Post.objects.filter(post_in_force(when), office__in=offices, role__in=roles)
    lent = Substitution.objects.filter(post__in=posts, starts_on__lte=when, ends_on__gte=when)
    here = Q(pk__in=posts.values("user")) | Q(pk__in=lent.values("substitute"))
    return User.objects.filter(here, is_active=True)


def substitutes_of(holder: int, day: dt.date | None = None) -> QuerySet[User]:
    """Who does a post of ``holder`` in his stead on ``day``, which is today."""
    when = day or clock.today()
    lent = Substitution.objects.filter(
        post_in_force(when, "post__"), post__user=holder, starts_on__lte=when, ends_on__gte=when
    )
    return User.objects.filter(is_active=True, pk__in=lent.values("substitute"))


def fit_substitutes(post: Post, day: dt.date) -> QuerySet[User]:
    """Who may stand in for ``post`` on ``day``: others with a post then in the same authority or body."""
    same = Q(office__authority=post.office.authority_id, office__body=post.office.body_id)
    held = Post.objects.filter(same, post_in_force(day)).exclude(user=post.user_id)
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def users_with(right: Right, *, over: str) -> QuerySet[User]:
    """Whose posts today give ``right`` over the county of this code; no closed accounts."""
    roles = roles_with(right)
    posts = Post.objects.filter(
        post_in_force(clock.today()), role__in=roles, office__region__in=regions_over(over)
    )
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))
