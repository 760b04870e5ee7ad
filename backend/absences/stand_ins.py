"""Who stands in for whom: of each post of somebody who is away, and as a rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from backend.absences.models import Absence
from backend.lib import clock
from backend.offices.models import Post, Substitution
from backend.offices.seats import fit_substitutes


class StandIn(NamedTuple):
    """A post of somebody who is away, and who does its work; nobody where that is None."""

    post: Post
    substitution: Substitution | None


def posts_during(person: int, first: dt.date, last: dt.date) -> QuerySet[Post]:
    """The posts of ``person`` on any of these days, in offices that exist on the first of them."""
    held = Post.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last)
    standing = Q(office__valid_to=None) | Q(office__valid_to__gt=first)
    return held.filter(standing, user=person).select_related("office").order_by("pk")


def find_usual_substitute(post: Post) -> int | None:
    """Who stood in for ``post`` last, if he may today; None where nobody did."""
    last = post.substitutions.order_by("-starts_on", "-pk").first()
    day = max(post.starts_on, clock.today())
    fit = last is not None and fit_substitutes(post, day).filter(pk=last.substitute_id).exists()
    return last.substitute_id if last is not None and fit else None


def with_stand_ins(rows: QuerySet[Absence]) -> QuerySet[Absence]:
    """``rows`` with what :func:`stand_ins_of` reads, in as many statements for many as for one."""
    lent = Substitution.objects.select_related("substitute").order_by("starts_on")
    posts = Post.objects.select_related("office").order_by("pk")
    posts = posts.prefetch_related(Prefetch("substitutions", lent))
    shown = rows.select_related("person", "made_by")
    return shown.prefetch_related(Prefetch("person__posts", posts))


def stand_ins_of(absence: Absence) -> Iterator[StandIn]:
    """Each post that the person holds on days of the absence, with who stands in on some of them."""
    first, last = absence.starts_on, absence.ends_on
    for post in absence.person.posts.all():
        over = post.ends_on is not None and post.ends_on < first
        gone = post.office.valid_to is not None and post.office.valid_to <= first
        if over or gone or post.starts_on > last:
            continue
        lent = [one for one in post.substitutions.all() if _overlaps_days(one, first, last)]
        yield from (StandIn(post, one) for one in lent)
        if not lent:
            yield StandIn(post, None)


def _overlaps_days(lent: Substitution, first: dt.date, last: dt.date) -> bool:
    return lent.starts_on <= last and lent.ends_on >= first
