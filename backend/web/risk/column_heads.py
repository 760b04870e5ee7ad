"""The heads of the ranking: links that sort it, worst first at the first click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.web.risk.state import MapState


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """One column's head; ``order`` is the value of aria-sort or empty."""

    label: str
    href: str
    order: str


def build_column_heads(state: MapState) -> list[ColumnHead]:
    """The heads of the columns of the ranking, as the address sorts it."""
    labels = {
        "name": _("Region"), "class": _("class"), "units": _("units"), "overdue": _("overdue"),
        "failed": _("failed"), "hazards": _("hazards"), "mean": _("mean risk score"),
        "rate": _("estimated share"),
    }  # fmt: skip
    return [_build_column_head(state, name, label) for name, label in labels.items()]


def _build_column_head(state: MapState, name: str, label: str) -> ColumnHead:
    key = "" if name == "class" else name
    falling, rising = f"-{key}".rstrip("-"), key
    if state.sort == falling and key:
        return ColumnHead(label, state.query_string_with(sort=rising), "descending")
    order = "ascending" if state.sort == rising and key else ""
    return ColumnHead(
        label, state.query_string_with(sort=falling if name != "name" else rising), order
    )


def sort_rows(rows: list[Any], state: MapState, default_key: Callable[[Any], float]) -> list[Any]:
    """The ``rows`` in the order that the address names, else by ``default_key``, highest first."""
    key = state.sort.lstrip("-")
    if not key:
        return sorted(rows, key=default_key, reverse=True)
    return sorted(rows, key=lambda row: row.sortable[key], reverse=state.sort.startswith("-"))
