"""Writes the picture of a flow as SVG. All colours are those of the page around it."""

from __future__ import annotations

import itertools
import unicodedata
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from backend.flows.definition import Decision, Flow, Label, Node
from backend.flows.drawing.layout import Layout, Spot
from backend.flows.drawing.ways import Way
from backend.flows.places import Stored, read_place

HEIGHT, ROW, LANE, MARGIN = 46.0, 118.0, 14.0, 16.0
LETTER = 7.2
"""How wide a Latin letter is taken to be; a Chinese one is twice as wide."""

_HERE = Label("现在在此", "now here")
_STOOD = Label("已经过", "was here")
_END = Label("终点", "end")
_WHEN_DUE = Label("到期：", "when due: ")
_BACK = Label("虚线为退回", "dashed lines lead back")


@dataclass(slots=True)
class _Sheet:
    """The picture as it grows, in pixels."""

    root: Element
    flow: Flow
    layout: Layout
    language: str
    column: float
    """How wide a column is."""
    centre: float
    """Where the middle of the rows is."""
    width: float

    def say(self, label: Label) -> str:
        return label.zh if self.language == "zh" else label.en

    def point(self, spot: Spot) -> tuple[float, float]:
        column, row = self.layout.spots[spot]
        return self.centre + column * self.column / 2, MARGIN + row * ROW + HEIGHT / 2

    @property
    def box(self) -> float:
        return self.column - 2 * LANE


def build_svg(
    flow: Flow, layout: Layout, ways: list[Way], place: Stored | None, language: str
) -> str:
    """The whole picture; ``place`` is where a matter stands, if it is that of one."""
    labels = [node.label for node in flow.nodes.values()]
    names = [label.zh if language == "zh" else label.en for label in labels]
    column = max(map(_width_of_text, names)) + 2 * LANE + 40
    columns = [at for at, _ in layout.spots.values()]
    backs = sorted(
        (way for way in ways if way.back), key=lambda way: _count_ranks_of_way(layout, way)
    )
    centre = MARGIN + (1 - min(columns)) * column / 2
    width = centre + (max(columns) + 1) * column / 2 + LANE * len(backs) + MARGIN
    sheet = _Sheet(Element("svg"), flow, layout, language, column, centre, width)
    rows = max(row for _, row in layout.spots.values())
    _write_head(sheet, width, rows * ROW + HEIGHT + 2 * MARGIN, place)
    for way in ways:
        if not way.back:
            _draw_way(sheet, way)
    for lane, way in enumerate(backs):
        _draw_way_back(sheet, way, sheet.width - MARGIN - (len(backs) - lane) * LANE)
    stood = {visit.node for visit in read_place(place).trail} if place else set()
    for node in flow.nodes.values():
        _draw_node(sheet, node, here=bool(place and place["node"] == node.name), stood=stood)
    for way in ways:
        if not way.back:
            _write_way(sheet, way)
    return tostring(sheet.root, encoding="unicode")


def _count_ranks_of_way(layout: Layout, way: Way) -> int:
    return layout.spots[way.source,][1] - layout.spots[way.target,][1]


def _width_of_text(text: str) -> float:
    return sum(LETTER * (2 if unicodedata.east_asian_width(c) in "WF" else 1) for c in text)


def _write_head(sheet: _Sheet, width: float, height: float, place: Stored | None) -> None:
    name = sheet.flow.name
    sheet.root.attrib |= {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "flow",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "viewBox": f"0 0 {width:.0f} {height:.0f}",
        "width": f"{width:.0f}",
        "height": f"{height:.0f}",
        "font-size": "14",
    }
    SubElement(sheet.root, "title", id=f"{name}-title").text = sheet.say(sheet.flow.label)
    SubElement(sheet.root, "desc", id=f"{name}-desc").text = _describe_for_readers(sheet, place)
    marker = SubElement(
        SubElement(sheet.root, "defs"),
        "marker",
        id=f"{name}-tip",
        viewBox="0 0 10 10",
        refX="9",
        refY="5",
        markerWidth="8",
        markerHeight="8",
        orient="auto",
    )
    SubElement(marker, "path", {"d": "M0 1L10 5L0 9z", "fill": "currentColor"})


def _describe_for_readers(sheet: _Sheet, place: Stored | None) -> str:
    """The flow in words: where it stands, and what leads from each node to which."""
    said = []
    if place:
        said.append(f"{sheet.say(_HERE)}: {sheet.say(sheet.flow.nodes[place['node']].label)}.")
    for node in sheet.flow.nodes.values():
        ways = [
            f"{sheet.say(decision.label)} → {sheet.say(sheet.flow.nodes[branch.to].label)}"
            for decision in node.decisions.values()
            for branch in decision.branches
        ]
        said.append(f"{sheet.say(node.label)}: {'; '.join(ways) or sheet.say(_END)}.")
    return " ".join([*said, f"{sheet.say(_BACK)}."])


def _draw_node(sheet: _Sheet, node: Node, *, here: bool, stood: set[str]) -> None:
    x, y = sheet.point((node.name,))
    kind = "flow-node flow-here" if here else "flow-node"
    group = SubElement(sheet.root, "g", {"class": kind})
    border = {"fill": "Canvas", "stroke": "currentColor", "stroke-width": "4" if here else "1.5"}
    box = {"x": x - sheet.box / 2, "y": y - HEIGHT / 2, "width": sheet.box, "height": HEIGHT}
    rounded = str(HEIGHT / 2 if node.is_end else 8)
    SubElement(group, "rect", {**{k: f"{v:.1f}" for k, v in box.items()}, "rx": rounded, **border})
    mark = "▶ " if here else "✓ " if node.name in stood else ""
    text = {"x": f"{x:.1f}", "text-anchor": "middle", "fill": "currentColor"}
    weight = {"font-weight": "700"} if here else {}
    SubElement(group, "text", {**text, **weight, "y": f"{y + (0 if here else 5):.1f}"}).text = (
        mark + sheet.say(node.label)
    )
    if here:
        note = {**text, "y": f"{y + HEIGHT / 2 - 7:.1f}", "font-size": "11"}
        SubElement(group, "text", note).text = sheet.say(_HERE)
    elif mark:
        SubElement(group, "title").text = sheet.say(_STOOD)


def _draw_way(sheet: _Sheet, way: Way) -> None:
    path = sheet.layout.paths[way.source, way.target]
    points = [sheet.point(spot) for spot in path]
    points[0] = (points[0][0], points[0][1] + HEIGHT / 2)
    points[-1] = (points[-1][0], points[-1][1] - HEIGHT / 2)
    line = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        middle = (y + to_y) / 2
        line += f" C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
    _draw_line(sheet, way, line, "flow-way")


def _draw_way_back(sheet: _Sheet, way: Way, edge: float) -> None:
    """Out at the right side, up in a lane of its own at ``edge``, and in again."""
    x, y = sheet.point((way.source,))
    to_x, to_y = sheet.point((way.target,))
    half, lift = sheet.box / 2, HEIGHT / 4
    line = (
        f"M{x + half:.1f} {y + lift:.1f} H{edge - 8:.1f} Q{edge:.1f} {y + lift:.1f}"
        f" {edge:.1f} {y + lift - 8:.1f} V{to_y - lift + 8:.1f} Q{edge:.1f} {to_y - lift:.1f}"
        f" {edge - 8:.1f} {to_y - lift:.1f} H{to_x + half:.1f}"
    )
    _draw_line(sheet, way, line, "flow-back")


def _draw_line(sheet: _Sheet, way: Way, line: str, kind: str) -> None:
    how = {"d": line, "class": kind, "fill": "none", "stroke": "currentColor"}
    dashed = {"stroke-dasharray": "5 4", "opacity": "0.6"} if way.back else {}
    tip = {"marker-end": f"url(#{sheet.flow.name}-tip)"}
    drawn = SubElement(sheet.root, "path", how | dashed | tip)
    SubElement(drawn, "title").text = _say_all(sheet, way.decisions)


def _say_all(sheet: _Sheet, decisions: list[Decision]) -> str:
    named = [
        (sheet.say(_WHEN_DUE) if one.on_clock else "") + sheet.say(one.label) for one in decisions
    ]
    return " / ".join(dict.fromkeys(named))


def _write_way(sheet: _Sheet, way: Way) -> None:
    """The names of its decisions, each in a line of its own."""
    path = sheet.layout.paths[way.source, way.target]
    x, y = sheet.point(path[0])
    to_x, to_y = sheet.point(path[1])
    lines = _say_all(sheet, way.decisions).split(" / ")
    # Ways of one node begin together: where they have parted there is room for words.
    middle_x, middle_y = x + 0.68 * (to_x - x), y + 0.6 * (to_y - y) - 6.5 * (len(lines) - 1)
    for number, line in enumerate(lines):
        words = {
            "class": "flow-label",
            "x": f"{middle_x:.1f}",
            "y": f"{middle_y + 4 + 13 * number:.1f}",
            "text-anchor": "middle",
            "fill": "currentColor",
            "font-size": "11.5",
        }
        SubElement(sheet.root, "text", words).text = line
