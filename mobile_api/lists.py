"""What a phone carries beside units and tags: the checklists, and the names of codes."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from typing import Any, NamedTuple

from backend.inspections import checklists
from backend.units.fits import all_fits
from mobile_api.bodies import ToldBody, told_body
from mobile_api.dictionaries import Names, dictionaries
from mobile_api.duty import Duty
from mobile_api.shapes import ChecklistShape

_AHEAD = dt.timedelta(days=60)
"""A phone may be without network when a checklist takes the place of another."""


FitRow = tuple[str, str, list[str], str]
"""Category prefix, kind of inspection, the conclusions, and gives, repeats or none of the grade."""


class Lists(NamedTuple):
    """As the pack has them."""

    checklists: list[dict[str, Any]]
    dictionaries: dict[str, Names]
    fits: list[FitRow]
    body: ToldBody | None

    @property
    def mark(self) -> str:
        """Another one when anything in them reads otherwise."""
        text = json.dumps(self, sort_keys=True, default=str)
        return f"{zlib.crc32(text.encode()):08x}"


def lists_of(duty: Duty) -> Lists:
    """The lists as they are now, in four queries."""
    rows = checklists.current(ahead=_AHEAD).values(*ChecklistShape.Meta.fields)
    return Lists(list(rows), dictionaries(duty), _fits(), told_body(duty.user))


def _fits() -> list[FitRow]:
    """Which inspections a unit has and in which words they conclude: the longest prefix that names
    the kind counts."""
    return [
        (prefix, kind, sorted(fit.conclusions), fit.grade or "none")
        for prefix, kind, fit in all_fits()
    ]
