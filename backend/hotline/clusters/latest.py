"""The clusters that were found last, with the names of their counties, and their letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.hotline.clusters.cases import list_counted_matters
from backend.hotline.models import Cluster, HotlineMatter
from backend.lib import clock
from backend.lib.problems import not_found
from geo.models import Region

_MOST = 20
_LASTS = dt.timedelta(days=2)
"""How long what was found is shown: each night is looked anew, and nothing is kept where nothing was found."""


@dataclass(frozen=True)
class NamedCluster:
    """A cluster as people read it."""

    found: Cluster
    counties: tuple[str, ...]


def latest_clusters(user: User) -> list[NamedCluster]:
    """Those of the last days on which any were found that ``user`` may see, the surest first."""
    recent = Cluster.objects.filter(found_on__gte=clock.today() - _LASTS)
    newest = recent.order_by("-found_on").first()
    if newest is None:
        return []
    seen = Cluster.objects.visible_to(user).filter(found_on=newest.found_on)
    return _name_counties(seen.order_by("p", "-observed")[:_MOST])


def list_clusters_between(first: dt.date, last: dt.date) -> QuerySet[Cluster]:
    """Those found from ``first`` to ``last``: of one centre and one product each once, the surest."""
    found = Cluster.objects.filter(found_on__range=(first, last))
    return found.order_by("centre_id", "product_category", "p", "-found_on").distinct(
        "centre_id", "product_category"
    )


def clusters_of_period(user: User, first: dt.date, last: dt.date) -> list[NamedCluster]:
    """Those found in a period that ``user`` may see, the surest first."""
    once = list_clusters_between(first, last).values("pk")
    seen = Cluster.objects.visible_to(user).filter(pk__in=once)
    return _name_counties(seen.order_by("p", "-observed")[:_MOST])


def get_cluster(user: User, key: int) -> NamedCluster:
    """One cluster; raises Refused 404 where there is none that ``user`` may see."""
    found = _name_counties(Cluster.objects.visible_to(user).filter(pk=key))
    if not found:
        raise not_found(_("There is no such cluster in your jurisdiction."))
    return found[0]


def letters_of_cluster(user: User, cluster: Cluster) -> QuerySet[HotlineMatter]:
    """The matters that made the cluster, of those that ``user`` may see."""
    cases = list_counted_matters(cluster.since, cluster.found_on, cluster.product_category)
    mine = HotlineMatter.objects.visible_to(user).filter(matter__region__in=cluster.regions)
    return mine.filter(pk__in=cases.values("pk"))


def _name_counties(clusters: Sequence[Cluster] | QuerySet[Cluster]) -> list[NamedCluster]:
    rows = list(clusters)
    codes = {code for row in rows for code in row.regions}
    names = dict(Region.objects.filter(pk__in=codes).values_list("code", "name"))
    return [NamedCluster(row, tuple(names[code] for code in row.regions)) for row in rows]
