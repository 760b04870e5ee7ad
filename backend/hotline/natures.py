"""By which flow a letter of each nature runs."""

from __future__ import annotations

from backend.hotline.models import Nature

_SIMPLE = "hotline-simple"
_FLOWS = {
    Nature.COMPLAINT: "hotline-complaint",
    Nature.REPORT: "hotline-report",
    Nature.CONDUCT: "hotline-conduct",
}
FLOWS = (_SIMPLE, *_FLOWS.values())
"""All flows of the hotline."""


def flow_of(nature: Nature) -> str:
    """The name of the flow of letters of this nature."""
    return _FLOWS.get(nature, _SIMPLE)


def nature_of(flow: str) -> Nature:
    """The nature of a letter that runs by a flow of its own; raises LookupError for the others."""
    for nature, name in _FLOWS.items():
        if name == flow:
            return nature
    raise LookupError(f"no nature runs by {flow} alone")
