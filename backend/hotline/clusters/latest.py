"""The clusters that were found last, with the names of their counties."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.models import User
from backend.hotline.models import Cluster
from geo.models import Region

_MOST = 20


@dataclass(frozen=True)
class NamedCluster:
    """A cluster as people read it."""

    found: Cluster
    counties: tuple[str, ...]


def latest_clusters(user: User) -> list[NamedCluster]:
    """Those of the last day on which any were looked for that ``user`` may see, the surest first."""
    seen = Cluster.objects.visible_to(user)
    newest = seen.order_by("-found_on").first()
    if newest is None:
        return []
    rows = list(seen.filter(found_on=newest.found_on).order_by("p", "-observed")[:_MOST])
    codes = {code for row in rows for code in row.regions}
    names = dict(Region.objects.filter(pk__in=codes).values_list("code", "name"))
    return [NamedCluster(row, tuple(names[code] for code in row.regions)) for row in rows]
