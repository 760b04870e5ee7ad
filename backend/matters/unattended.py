"""What waits for somebody who is away while nobody stands in (人不在岗的待办): it must not lie there."""

from __future__ import annotations

import datetime as dt

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)

from backend.absences.models import Absence
from backend.absences.news import HEADS
from backend.accounts.models import User
from backend.lib import clock
from backend.matters.models import Assignment, Matter
from backend.offices.models import Post, Substitution, post_in_force
from backend.offices.seats import Seats


def unattended_for(user: User) -> QuerySet[Assignment]:
    """What of the matters that ``user`` sees waits, in offices of which he is a head, for nobody there.

    That is for somebody, or for a role all of whose holders are away today or have no post or no
    account any more, without a substitute who is there.
    """
    heads = {seat.office for seat in Seats.of(user).seats if seat.role in HEADS}
    seen = Matter.objects.visible_to(user)
    waiting = Assignment.objects.filter(state=Assignment.State.OPEN, office__in=heads)
    return select_unattended(waiting.filter(matter__in=seen))


def select_unattended(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those of ``rows`` that nobody attends to today."""
    today = clock.today()
    anywhere = Post.objects.filter(
        _is_there("user", today), post_in_force(today), user=OuterRef("person")
    )
    return rows.filter(~Exists(_posts_asked(today)), ~Exists(anywhere))


def has_nobody_at_his_posts(person: User) -> bool:
    """Whether ``person`` is away today and nobody who is there does a post of his."""
    today = clock.today()
    posts = Post.objects.filter(post_in_force(today), user=person)
    return not posts.filter(
        _is_there("user", today) | Exists(_substitutions_by_somebody_there(today))
    ).exists()


def _posts_asked(day: dt.date) -> QuerySet[Post]:
    """The posts from which an outer assignment is done by somebody who is there."""
    posts = Post.objects.filter(post_in_force(day), office=OuterRef("office")).annotate(
        asked=ExpressionWrapper(OuterRef("role"), CharField()),
        whose=ExpressionWrapper(OuterRef("person"), BigIntegerField()),
    )
    fits = posts.filter(Q(asked="") | Q(role=F("asked")), Q(whose=None) | Q(user=F("whose")))
    return fits.filter(_is_there("user", day) | Exists(_substitutions_by_somebody_there(day)))


def _substitutions_by_somebody_there(day: dt.date) -> QuerySet[Substitution]:
    """The substitutions of an outer post by somebody who is there."""
    lent = Substitution.objects.filter(post=OuterRef("pk"), starts_on__lte=day, ends_on__gte=day)
    return lent.filter(_is_there("substitute", day))


def _is_there(person: str, day: dt.date) -> Q:
    away = Absence.objects.within(day, day).filter(person=OuterRef(person))
    return Q(**{f"{person}__is_active": True}) & Q(~Exists(away))
