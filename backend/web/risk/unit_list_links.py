"""The addresses of the lists of units behind the figures of the map."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.web.risk.state import MapState
from backend.web.unit_list import FIGURES, UnitListQuery
from geo.models import Region

FIGURE_LABELS: dict[str, Promise] = {
    "units": _("units"),
    "overdue": _("overdue"),
    "due_soon": _("due within a month"),
    "failed": _("failed"),
    "hazards": _("open hazards"),
    "unseen": _("tag never seen"),
    "highest": _("in the two highest classes"),
}


def build_unit_list_links(state: MapState, region: str) -> dict[str, str]:
    """The address of each list by the name of its figure.

    None of a month that is over, nor of several kinds or states: the list cannot ask for them.
    """
    if state.is_past or len(state.kinds) > 1 or len(state.statuses) > 1:
        return {}
    kept = {"region": region, "kind": "".join(state.kinds), "status": "".join(state.statuses)}
    kept = {name: value for name, value in kept.items() if value}
    home = reverse("web:home")
    return {figure: f"{home}?{urlencode({**kept, 'figure': figure})}" for figure in FIGURES}


def describe_narrowing(query: UnitListQuery) -> str:
    """The words that say which figure of which region the list of units stands behind; empty if
    none."""
    region = Region.objects.filter(code=query.region).values_list("name", flat=True).first()
    words = (region, FIGURE_LABELS.get(query.figure))
    return " · ".join(str(word) for word in words if word)
