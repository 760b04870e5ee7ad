"""What the map's script is told once."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse

from backend.accounts.models import User
from backend.accounts.rights import Right, may
from backend.web.basemap import base_map
from backend.web.risk.asked import STATUSES, Asked
from backend.web.risk.filtering import kind_names
from backend.web.risk.measures import MEASURES
from backend.web.risk.words import words


def config(user: User, asked: Asked) -> dict[str, Any]:
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
            "plan": reverse("web:plan", args=[0]),
        },
        "words": words(),
        "kinds": kind_names(),
        "statuses": {status.value: str(status.label) for status in STATUSES},
        "measures": [measure.as_json() for measure in MEASURES.values()],
        "base": base_map(),
        "mayPlan": may(user, Right.PLAN_WORK),
        "months": asked.months,
    }
