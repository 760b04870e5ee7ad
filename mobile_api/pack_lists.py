"""What a phone carries beside units and tags: the checklists, and the names of codes."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from typing import Any, NamedTuple

from backend.inspections import checklists
from backend.units.allowed_inspections import list_allowed_inspections
from mobile_api.dictionaries import Names, load_dictionaries
from mobile_api.duty import Duty
from mobile_api.inspection_bodies import BodyDocument, load_body_document
from mobile_api.serializers import ChecklistShape

_CHECKLISTS_AHEAD = dt.timedelta(days=60)
"""A phone may be without network when a checklist takes the place of another."""


FitRow = tuple[str, str, list[str], str]
"""Category prefix, kind of inspection, the conclusions, and gives, repeats or none of the grade."""


class PackLists(NamedTuple):
    """The checklists, the names of codes, what fits what, and the user's body, as the pack has
    them."""

    checklists: list[dict[str, Any]]
    dictionaries: dict[str, Names]
    fits: list[FitRow]
    body: BodyDocument | None

    @property
    def fingerprint(self) -> str:
        """A check sum that differs when anything in the lists reads otherwise."""
        text = json.dumps(self, sort_keys=True, default=str)
        return f"{zlib.crc32(text.encode()):08x}"


def load_pack_lists(duty: Duty) -> PackLists:
    """The lists as they are now, in four queries."""
    rows = checklists.current_checklists(ahead=_CHECKLISTS_AHEAD).values(
        *ChecklistShape.Meta.fields
    )
    return PackLists(
        list(rows), load_dictionaries(duty), _fit_rows(), load_body_document(duty.user)
    )


def _fit_rows() -> list[FitRow]:
    """Which inspections a unit has and in which words they conclude: the longest prefix that names
    the kind counts."""
    return [
        (prefix, kind, sorted(fit.conclusions), fit.grade or "none")
        for prefix, kind, fit in list_allowed_inspections()
    ]
