"""The filter chips: each is a link that turns one value on or off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.units.models import Category
from backend.web.risk.colour_scales import COLOUR_SCALES
from backend.web.risk.state import DUE_FILTERS, MAP_STATUSES, MapState


@dataclass(frozen=True, slots=True)
class Chip:
    """One value; ``href`` asks for it, or for it no more."""

    label: str
    href: str
    on: bool


@dataclass(frozen=True, slots=True)
class ChipGroup:
    """The values of one filter."""

    label: str
    chips: list[Chip]

    @property
    def chosen_labels(self) -> str:
        """The labels of the chips that are on, as one text."""
        return "、".join(chip.label for chip in self.chips if chip.on)


def build_chip_groups(state: MapState) -> list[ChipGroup]:
    """The chips of what the map is coloured by, and of the filters."""
    due = {"overdue": _("overdue"), "soon": _("due within a month")}
    also = {
        "hazards": _("open hazards"),
        "scans": _("last scans"),
        "clusters": _("clusters of letters"),
    }
    by = state.by or next(iter(COLOUR_SCALES))
    return [
        ChipGroup(_("Colour"), [
            Chip(str(measure.label), state.query_string_with(by=name), name == by)
            for name, measure in COLOUR_SCALES.items()
        ]),
        ChipGroup(_("Kind"), _toggle_chips(state, "kinds", load_kind_names())),
        ChipGroup(_("Status"), _toggle_chips(state, "statuses", {s.value: str(s.label) for s in MAP_STATUSES})),
        ChipGroup(_("Inspection"), [
            Chip(due[name], state.query_string_with(due="" if state.due == name else name), state.due == name)
            for name in DUE_FILTERS
        ]),
        ChipGroup(_("Also show"), _toggle_chips(state, "also", also)),
    ]  # fmt: skip


def query_without_filters(state: MapState) -> str:
    """The query string of the same map without filters; empty when there are none."""
    if not (state.kinds or state.statuses or state.due):
        return ""
    return state.query_string_with(kinds=(), statuses=(), due="")


def load_kind_names() -> dict[str, str]:
    """The kinds of units on the map, by their digit."""
    kinds = Category.objects.filter(level="kind", registered_for_use=True).order_by("kind")
    return {kind.kind: kind.shown_name for kind in kinds}


def _toggle_chips(state: MapState, name: str, labels: dict[str, str]) -> list[Chip]:
    chosen: tuple[str, ...] = getattr(state, name)
    chips = []
    for value, label in labels.items():
        on = value in chosen
        wanted = set(chosen) - {value} if on else {*chosen, value}
        changes: dict[str, Any] = {name: tuple(v for v in labels if v in wanted)}
        chips.append(Chip(label, state.query_string_with(**changes), on))
    return chips
