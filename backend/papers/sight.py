"""Whose papers somebody sees and writes: those of the offices in whose line he has a post."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.lib import clock
from backend.offices.models import Office, Post, Substitution


def offices_of(user: User) -> QuerySet[Office]:
    """The offices where ``user`` has a post today, or stands in for somebody, and all below them."""
    day = clock.today()
    in_force = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    lent = Substitution.objects.filter(substitute=user, starts_on__lte=day, ends_on__gte=day)
    posts = Post.objects.filter(in_force, Q(user=user) | Q(pk__in=lent.values("post")))
    line = Q(pk__in=[])
    for path in set(posts.values_list("office__path", flat=True)):
        line |= Q(path__startswith=path)
    return Office.objects.filter(line)
