"""Chinese and Latin text in a PDF: widths, wrapping and the operators that draw a line."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT = "Label"
_FILE = Path(__file__).parent / "fonts" / "wqy-microhei.ttc"
_ELLIPSIS = "…"


@cache
def face() -> TTFont:
    """The label font, read once per process (a third of a second)."""
    font = TTFont(FONT, str(_FILE), subfontIndex=0)
    pdfmetrics.registerFont(font)
    return font


def width(text: str, size: float) -> float:
    """Width of ``text`` in points."""
    widths = face().face.charWidths
    default = face().face.defaultWidth
    total: float = sum([widths.get(ord(character), default) for character in text])
    return total * size / 1000


def missing(text: str) -> list[str]:
    """Characters of ``text`` that the font has no shape for and would leave out, each once."""
    shapes = face().face.charToGlyph
    return [c for c in dict.fromkeys(text) if not c.isspace() and not shapes.get(ord(c))]


def wrap(text: str, size: float, room: float, *, lines: int) -> list[str]:
    """``text`` broken at any character into at most ``lines`` of ``room`` points, cut with …"""
    if width(text, size) <= room:
        return [text] if text else []
    broken: list[str] = []
    while text and len(broken) < lines:
        end = _fitting(text, size, room)
        broken.append(text[:end])
        text = text[end:].lstrip()
    if text:
        last = broken[-1]
        broken[-1] = last[: _fitting(last, size, room - width(_ELLIPSIS, size))] + _ELLIPSIS
    return broken


def _fitting(text: str, size: float, room: float) -> int:
    """How many first characters fit; at least one, so that wrapping ends."""
    widths, default = face().face.charWidths, face().face.defaultWidth
    left = room * 1000 / size
    for index, character in enumerate(text):
        left -= widths.get(ord(character), default)
        if left < 0:
            return max(index, 1)
    return max(len(text), 1)


class Typesetter:
    """Draws lines on ``canvas`` by operators; far quicker than a text object per line.

    ``canvas`` is a reportlab Canvas, untyped because its ``_doc`` and ``_escape`` are used.
    """

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._runs: dict[str, list[tuple[str, str]]] = {}

    def line(self, text: str, size: float, x: float, y: float) -> str:
        """Operators for ``text`` with its base line at ``x``, ``y`` (points); inside BT … ET."""
        runs = self._runs.get(text)
        if runs is None:
            if len(self._runs) > 5000:
                self._runs.clear()
            runs = self._runs[text] = self._shaped(text)
        drawn = "".join([f"{name} {size:g} Tf({shown})Tj " for name, shown in runs])
        return f"1 0 0 1 {x:.2f} {y:.2f} Tm {drawn}"

    def _shaped(self, text: str) -> list[tuple[str, str]]:
        document = self._canvas._doc
        return [
            (face().getSubsetInternalName(subset, document), self._canvas._escape(shown))
            for subset, shown in face().splitString(text, document)
        ]
