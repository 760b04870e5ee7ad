"""A failure in the field that staff repaired into a pass: another than its maker shall look."""

from __future__ import annotations

import json

from backend.fieldwork.models import Item
from backend.inspections.doubt_cases import open_overruled_case


def open_case_if_overruled(item: Item) -> None:
    """Open a case where the item as it came failed, and the report made of it passes."""
    if item.mended is None or item.report is None:
        return
    came = json.loads(bytes(item.raw)).get("body")
    said = came.get("conclusion") if isinstance(came, dict) else None
    open_overruled_case(item.report, maker=item.user, said=said)
