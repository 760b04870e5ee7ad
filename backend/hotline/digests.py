"""Tells supervisors once a week where the hotline was called about what."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from django.db.models import QuerySet

from backend.accounts.models import Role, User
from backend.accounts.rights import regions_of
from backend.hotline.clusters.cases import list_counted_matters
from backend.hotline.clusters.latest import list_clusters_between
from backend.lib import locks
from backend.notifications.actions import notify
from backend.notifications.models import Kind, Notification
from backend.offices.models import Post, post_in_force
from geo.models import code_prefix

_LOCK = "hotline/digests"
_WEEK = dt.timedelta(days=6)


def send_digests(today: dt.date) -> int:
    """Tell each supervisor of the week that ended last Sunday, where anything came in his region.

    Returns how many were told. Whoever was told of that week is not told again, however often and
    by how many at once this is called.
    """
    last = today - dt.timedelta(days=today.isoweekday())
    with locks.try_lock(_LOCK) as held:
        return _tell_of_week(last, today) if held else 0


def _tell_of_week(last: dt.date, today: dt.date) -> int:
    first = last - _WEEK
    told = Notification.objects.filter(kind=Kind.HOT_SPOTS, day=last).values("recipient")
    people = defaultdict(list)
    for user in _supervisors_in_force(today).exclude(pk__in=told):
        people[regions_of(user)].append(user)
    letters = Counter(
        list_counted_matters(first, last, "").values_list("matter__region_id", flat=True)
    )
    clusters = Counter(one.centre_id for one in list_clusters_between(first, last))
    path = f"/hotline/hot-spots/?first={first}&last={last}"
    sent = 0
    for regions, recipients in people.items():
        counts = _count_within(regions, letters), _count_within(regions, clusters)
        if any(counts):
            number = f"{counts[0]} / {counts[1]}"
            notify(recipients=recipients, kind=Kind.HOT_SPOTS, number=number, day=last, path=path)
            sent += len(recipients)
    return sent


def _supervisors_in_force(today: dt.date) -> QuerySet[User]:
    held = Post.objects.filter(post_in_force(today), role=Role.SUPERVISOR)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")


def _count_within(regions: tuple[str, ...], by_county: Counter[str]) -> int:
    prefixes = tuple(code_prefix(code) for code in regions)
    return sum(count for county, count in by_county.items() if county.startswith(prefixes))
