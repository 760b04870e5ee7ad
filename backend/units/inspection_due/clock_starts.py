"""Which inspections start the clocks of a unit: ``data/clock_starts.toml``."""

from __future__ import annotations

import functools

from backend.units.law import read_law


@functools.cache
def starts_clocks(category: str, kind: str) -> bool:
    """Whether a passed inspection of ``kind`` starts the clocks of a unit, or starts them anew."""
    return any(category.startswith(prefix) and kind in kinds for prefix, kinds in _start_rows())


@functools.cache
def _start_rows() -> tuple[tuple[str, frozenset[str]], ...]:
    entries = read_law("clock_starts")["start"]
    return tuple((entry["category_prefix"], frozenset(entry["kinds"])) for entry in entries)
