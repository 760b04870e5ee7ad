"""The figures that can colour the map, and where each class of colour begins.

Where at least five regions are shown each class holds a fifth of them; the fixed limits serve where
there are fewer, or where too many are alike to be parted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import quantiles
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CLASS_COUNT = 5


@dataclass(frozen=True, slots=True)
class ColourScale:
    """``of``, or ``of`` over ``per``: names of figures as tiles carry them. Four limits part the
    five classes; the first class ends below the first limit."""

    id: str
    label: Promise
    of: str
    per: str | None
    percent: bool
    limits: tuple[float, float, float, float]
    unit: str = ""
    by_fifths: bool = False

    def with_limits_among(self, shown: Iterable[Mapping[str, Any]]) -> ColourScale:
        """The same scale with limits that part what is shown into fifths, if they can."""
        values = [value for figures in shown if (value := self.value_of(figures)) is not None]
        if len(values) < CLASS_COUNT:
            return self
        digits = 4 if self.percent else 1
        a, b, c, d = (round(limit, digits) for limit in quantiles(values, n=CLASS_COUNT))
        return replace(self, limits=(a, b, c, d), by_fifths=True) if a < b < c < d else self

    def value_of(self, figures: Mapping[str, Any]) -> float | None:
        """The value for one region or cell; None where there is no unit."""
        if not figures["units"]:
            return None
        return float(figures[self.of]) / (figures[self.per] if self.per else 1)

    def level(self, value: float | None) -> int:
        """The number of the class of ``value_of``: 1 to 5, or 0 for none."""
        return 0 if value is None else 1 + sum(value >= limit for limit in self.limits)

    def format_value(self, value: float) -> str:
        """``value_of`` as people read it."""
        return f"{100 * value:.4g} %" if self.percent else f"{value:.4g}{self.unit}"

    def class_labels(self) -> list[tuple[int, str]]:
        """The number and the wording of each class, the lowest first."""
        words = [self.format_value(limit) for limit in self.limits]
        between = [f"{low} – {high}" for low, high in pairwise(words)]
        return list(enumerate([f"< {words[0]}", *between, f"≥ {words[-1]}"], start=1))

    def as_json(self) -> dict[str, object]:
        """The scale as a document for the map's script."""
        return {
            "id": self.id,
            "label": str(self.label),
            "of": self.of,
            "per": self.per,
            "percent": self.percent,
            "unit": self.unit,
            "limits": self.limits,
        }


COLOUR_SCALES: dict[str, ColourScale] = {
    measure.id: measure
    for measure in (
        ColourScale("tail", _("share of the two highest classes"), "tail", None, False, (2, 5, 10, 20), " %"),
        ColourScale("risk", _("mean risk score"), "mean", None, False, (90, 110, 150, 220)),
        ColourScale("overdue", _("overdue"), "overdue", "units", True, (0.01, 0.02, 0.03, 0.05)),
        ColourScale("failed", _("failed"), "failed", "units", True, (0.003, 0.006, 0.01, 0.02)),
        ColourScale("hazards", _("open hazards per unit"), "hazards", "units", True, (0.01, 0.02, 0.05, 0.1)),
        ColourScale("units", _("units"), "units", None, False, (20, 100, 500, 2500)),
    )
}  # fmt: skip
DEFAULT_SCALE = "tail"
