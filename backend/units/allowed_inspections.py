"""Which inspections a kind of unit has, in which words they conclude, and which give a grade."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from backend.units.law import read_law


@dataclass(frozen=True, slots=True)
class AllowedInspection:
    """One kind of inspection of one kind of unit.

    ``grade``: whether it ``gives`` the safety grade, only ``repeats`` it, or bears none (empty).
    """

    conclusions: frozenset[str]
    grade: str


@functools.cache
def find_allowed_inspection(category: str, kind: str) -> AllowedInspection | None:
    """What such an inspection may conclude; None when units of ``category`` have none such."""
    fitting = [e for e in _allowed_rows() if category.startswith(e["category_prefix"])]
    naming = [e for e in fitting if kind in e["kinds"]]
    found = max(naming, key=lambda entry: len(entry["category_prefix"]), default=None)
    if found is None:
        return None
    return AllowedInspection(
        frozenset(read_law("inspection_fits")["words"][found["words"]]), found.get("grade", "")
    )


def list_allowed_inspections() -> list[tuple[str, str, AllowedInspection]]:
    """Every entry as prefix, kind and fit; of a category the longest prefix that names the kind."""
    named = {(e["category_prefix"], kind) for e in _allowed_rows() for kind in e["kinds"]}
    return [
        (prefix, kind, fit)
        for prefix, kind in sorted(named)
        if (fit := find_allowed_inspection(prefix, kind)) is not None
    ]


def gives_grade(category: str, kind: str) -> bool:
    """Whether such an inspection gives the safety grade; the user's own annual check does not."""
    fit = find_allowed_inspection(category, kind)
    return fit is not None and fit.grade == "gives"


def _allowed_rows() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = read_law("inspection_fits")["fit"]
    return entries
