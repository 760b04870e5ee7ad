"""The configuration that the map's script reads once."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse

from backend.accounts.models import User
from backend.accounts.rights import Right, may
from backend.web.base_map import base_map
from backend.web.risk.colour_scales import COLOUR_SCALES
from backend.web.risk.filter_chips import load_kind_names
from backend.web.risk.script_texts import build_script_texts
from backend.web.risk.state import MAP_STATUSES, MapState


def build_script_config(user: User, state: MapState) -> dict[str, Any]:
    """Addresses, words and measures; a 0 in an address stands for a unit's number."""
    return {
        "urls": {
            "page": reverse("web:risk"),
            "worker": static("pages/map-worker.js"),
            "font": static("pages/labels.woff2"),
            "background": static("pages/background.json"),
            "tiles": "/tiles/",
            "unit": reverse("web:unit", args=[0]),
            "facts": "/api/v1/units/0",
            "score": "/api/v1/risk/units/0",
            "cluster": reverse("web:cluster", args=[0]),
            "plan": reverse("web:plan", args=[0]),
        },
        "words": build_script_texts(),
        "kinds": load_kind_names(),
        "statuses": {status.value: str(status.label) for status in MAP_STATUSES},
        "measures": [measure.as_json() for measure in COLOUR_SCALES.values()],
        "base": base_map(),
        "mayPlan": may(user, Right.PLAN_WORK),
        "months": state.months,
    }
