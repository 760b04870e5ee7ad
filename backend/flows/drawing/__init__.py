"""A flow as a picture, with the place where a matter stands."""

from __future__ import annotations

from backend.flows.definition import Flow
from backend.flows.drawing.layout import lay_out
from backend.flows.drawing.svg import build_svg
from backend.flows.drawing.ways import ways_between
from backend.flows.places import Stored


def draw_flow(flow: Flow, place: Stored | None, *, language: str) -> str:
    """The SVG of a flow in ``zh`` or ``en``, to stand in a page; it takes its colours from there.

    Where the matter stands has a thick border and a mark, where it stood a tick. Every decision
    stands in the text beside its way, or, of those that go back, in the way's own title.
    """
    ways = ways_between(flow)
    return build_svg(flow, lay_out(list(flow.nodes), ways), ways, place, language)
