"""What becomes of the posts in an office that ends (莱芜): their holders hold them in its successor."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from backend.lib import clock
from backend.offices.competence import find_heir
from backend.offices.models import Office, Post, Substitution


@transaction.atomic
def hand_on_posts(office: Office) -> None:
    """Let whoever holds a post in ``office`` beyond its end hold the same where its work goes.

    Who stands in for him does so there too. None goes on before today: what was done before stays
    as it was; again changes nothing. The office has an end.
    """
    assert office.valid_to is not None, "the office goes on"
    first = max(office.valid_to, clock.today())
    heir = find_heir(office, first)
    if heir is None:
        return
    held = Post.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first), office=office)
    for post in held.select_for_update().order_by("pk"):
        _hand_on(post, heir, first)


def _hand_on(post: Post, heir: Office, first: dt.date) -> None:
    """Whoever holds the same post there already keeps that one alone."""
    last_day = first - dt.timedelta(days=1)
    fresh = Post(
        user_id=post.user_id, office=heir, role=post.role, title=post.title,
        starts_on=max(first, post.starts_on), ends_on=post.ends_on,
    )  # fmt: skip
    if not _has_same_post(fresh):
        fresh.save(force_insert=True)
        for lent in post.substitutions.filter(ends_on__gte=first):
            _lend_on(lent, fresh)
    post.substitutions.filter(starts_on__gt=last_day).delete()
    post.substitutions.filter(ends_on__gt=last_day).update(ends_on=last_day)
    # What was done from a post of this very day names it: it stays, in an office that is none any more.
    post.ends_on = max(last_day, post.starts_on)
    post.save(update_fields=["ends_on"])


def _has_same_post(post: Post) -> bool:
    same = Post.objects.filter(user=post.user_id, office=post.office, role=post.role)
    same = same.filter(Q(ends_on=None) | Q(ends_on__gte=post.starts_on))
    return (same if post.ends_on is None else same.filter(starts_on__lte=post.ends_on)).exists()


def _lend_on(lent: Substitution, post: Post) -> None:
    Substitution.objects.create(
        post=post, substitute_id=lent.substitute_id, starts_on=max(lent.starts_on, post.starts_on),
        ends_on=lent.ends_on, reason=lent.reason, made_by_id=lent.made_by_id, made_at=lent.made_at,
    )  # fmt: skip
