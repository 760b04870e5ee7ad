"""The unit that a citizen means by what stands on it: a tag's address or code, or a device code."""

from __future__ import annotations

from backend.units.models import Unit
from tagging.resolution import resolve_scan


def find_unit_by_text(text: str) -> Unit | None:
    """The unit of a tag in force, else of the device code; None where no unit has it."""
    found = resolve_scan(text)
    if found.unit_id is not None:
        return Unit.objects.get(pk=found.unit_id)
    return Unit.objects.filter(device_code=text.strip().upper()).first()
