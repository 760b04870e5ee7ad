"""The filter chips: each is a link that turns one value on or off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.units.models import Category
from backend.web.risk.asked import DUE, STATUSES, Asked
from backend.web.risk.measures import MEASURES


@dataclass(frozen=True, slots=True)
class Chip:
    """One value; ``href`` asks for it, or for it no more."""

    label: str
    href: str
    on: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one filter."""

    label: str
    chips: list[Chip]

    @property
    def chosen(self) -> str:
        """What is on, in words."""
        return "、".join(chip.label for chip in self.chips if chip.on)


def groups(asked: Asked) -> list[Group]:
    """What the map is coloured by, and the filters."""
    due = {"overdue": _("overdue"), "soon": _("due within a month")}
    also = {"hazards": _("open hazards"), "scans": _("last scans")}
    by = asked.by or next(iter(MEASURES))
    return [
        Group(_("Colour"), [
            Chip(str(measure.label), asked.with_(by=name), name == by)
            for name, measure in MEASURES.items()
        ]),
        Group(_("Kind"), _several(asked, "kinds", kind_names())),
        Group(_("Status"), _several(asked, "statuses", {s.value: str(s.label) for s in STATUSES})),
        Group(_("Inspection"), [
            Chip(due[name], asked.with_(due="" if asked.due == name else name), asked.due == name)
            for name in DUE
        ]),
        Group(_("Also show"), _several(asked, "also", also)),
    ]  # fmt: skip


def clear(asked: Asked) -> str:
    """The same without filters; empty when there are none."""
    if not (asked.kinds or asked.statuses or asked.due):
        return ""
    return asked.with_(kinds=(), statuses=(), due="")


def kind_names() -> dict[str, str]:
    """The kinds of units on the map, by their digit."""
    kinds = Category.objects.filter(level="kind", registered_for_use=True).order_by("kind")
    return {kind.kind: kind.shown_name for kind in kinds}


def _several(asked: Asked, name: str, labels: dict[str, str]) -> list[Chip]:
    chosen: tuple[str, ...] = getattr(asked, name)
    chips = []
    for value, label in labels.items():
        on = value in chosen
        wanted = set(chosen) - {value} if on else {*chosen, value}
        changes: dict[str, Any] = {name: tuple(v for v in labels if v in wanted)}
        chips.append(Chip(label, asked.with_(**changes), on))
    return chips
