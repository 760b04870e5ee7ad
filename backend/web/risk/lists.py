"""The lists of units behind the figures of the map."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.web.listing import FIGURES, Query
from backend.web.risk.asked import Asked
from geo.models import Region

LABELS: dict[str, Promise] = {
    "units": _("units"),
    "overdue": _("overdue"),
    "due_soon": _("due within a month"),
    "failed": _("failed"),
    "hazards": _("open hazards"),
    "unseen": _("tag never seen"),
    "highest": _("in the two highest classes"),
}


def lists(asked: Asked, region: str) -> dict[str, str]:
    """The address of each list by the name of its figure.

    None of a month that is over, nor of several kinds or states: the list cannot ask for them.
    """
    if asked.past or len(asked.kinds) > 1 or len(asked.statuses) > 1:
        return {}
    kept = {"region": region, "kind": "".join(asked.kinds), "status": "".join(asked.statuses)}
    kept = {name: value for name, value in kept.items() if value}
    home = reverse("web:home")
    return {figure: f"{home}?{urlencode({**kept, 'figure': figure})}" for figure in FIGURES}


def narrowed(query: Query) -> str:
    """Which figure of which region the list of units stands behind; empty if none."""
    region = Region.objects.filter(code=query.region).values_list("name", flat=True).first()
    words = (region, LABELS.get(query.figure))
    return " · ".join(str(word) for word in words if word)
