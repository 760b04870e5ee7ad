"""The heads of the ranking: links that sort it, worst first at the first click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.web.risk.asked import Asked


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head; ``order`` is the value of aria-sort or empty."""

    label: str
    href: str
    order: str


def heads(asked: Asked) -> list[Head]:
    """The columns of the ranking, as the address sorts it."""
    labels = {
        "name": _("Region"), "class": _("class"), "units": _("units"), "overdue": _("overdue"),
        "failed": _("failed"), "hazards": _("hazards"), "mean": _("mean risk score"),
        "rate": _("estimated share"),
    }  # fmt: skip
    return [_head(asked, name, label) for name, label in labels.items()]


def _head(asked: Asked, name: str, label: str) -> Head:
    key = "" if name == "class" else name
    falling, rising = f"-{key}".rstrip("-"), key
    if asked.sort == falling and key:
        return Head(label, asked.with_(sort=rising), "descending")
    order = "ascending" if asked.sort == rising and key else ""
    return Head(label, asked.with_(sort=falling if name != "name" else rising), order)


def ordered(rows: list[Any], asked: Asked, otherwise: Callable[[Any], float]) -> list[Any]:
    """``rows`` in the order asked for, else by ``otherwise``, highest first."""
    key = asked.sort.lstrip("-")
    if not key:
        return sorted(rows, key=otherwise, reverse=True)
    return sorted(rows, key=lambda row: row.sortable[key], reverse=asked.sort.startswith("-"))
