"""What the classes of single units are called in the legend."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from django.utils.translation import gettext as _

from backend.risk import weights


def load_class_labels(day: dt.date) -> list[tuple[int, str]]:
    """The number and the wording of each class by the model in force on ``day``."""
    found = weights.get_model_in_force(day).classes
    between = [f"{low} – {high - 1}" for low, high in pairwise((0, *found.begin))]
    top = _("must not be used") if found.top_is_held else f"≥ {found.begin[-1]}"
    return list(enumerate([*between, top], start=1))
