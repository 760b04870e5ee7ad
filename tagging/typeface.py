"""Chinese and Latin text in a PDF: widths, wrapping and the operators that draw a line."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from backend.lib.fonts import FONTS

_FILES = {"Label": "wqy-microhei.ttc", "LabelHan": "label-han.ttf"}
"""By the name in a PDF the fonts; a character is drawn by the first that has it."""
_ELLIPSIS = "…"
_BEYOND = re.compile("<([0-9A-F]{5,6})>")


class _Font(TTFont):
    """A font whose text can be copied out of the PDF whole.

    reportlab writes code points beyond U+FFFF as they are where PDF has UTF-16 (ISO 32000-1, 9.10.3).
    """

    def addObjects(self, doc: Any) -> None:
        """Write the fonts of ``doc``, and their maps to Unicode in UTF-16."""
        super().addObjects(doc)
        for name, written in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                written.content = _BEYOND.sub(_in_utf16, written.content)


def _in_utf16(found: re.Match[str]) -> str:
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"


@cache
def load_faces() -> tuple[TTFont, ...]:
    """The label fonts, read once per process (half a second)."""
    fonts = tuple(_Font(name, str(FONTS / file)) for name, file in _FILES.items())
    for font in fonts:
        pdfmetrics.registerFont(font)
    return fonts


@cache
def _face_of(character: str) -> TTFont:
    first = load_faces()[0]
    return next((font for font in load_faces() if font.face.charToGlyph.get(ord(character))), first)


@cache
def _width_of(character: str) -> float:
    """In thousandths of the size."""
    face = _face_of(character).face
    wide: float = face.charWidths.get(ord(character), face.defaultWidth)
    return wide


def text_width(text: str, size: float) -> float:
    """Width of ``text`` in points."""
    return sum([_width_of(character) for character in text]) * size / 1000


def missing_characters(text: str) -> list[str]:
    """Characters of ``text`` that no font has a shape for and would be left out, each once."""
    shapes = [font.face.charToGlyph for font in load_faces()]
    return [
        c
        for c in dict.fromkeys(text)
        if not c.isspace() and not any(known.get(ord(c)) for known in shapes)
    ]


def wrap_text(text: str, size: float, room: float, *, lines: int) -> list[str]:
    """``text`` broken at any character into at most ``lines`` of ``room`` points, cut with …"""
    if text_width(text, size) <= room:
        return [text] if text else []
    broken: list[str] = []
    while text and len(broken) < lines:
        end = _count_fitting_characters(text, size, room)
        broken.append(text[:end])
        text = text[end:].lstrip()
    if text:
        last = broken[-1]
        broken[-1] = (
            last[: _count_fitting_characters(last, size, room - text_width(_ELLIPSIS, size))]
            + _ELLIPSIS
        )
    return broken


def _count_fitting_characters(text: str, size: float, room: float) -> int:
    """How many first characters fit; at least one, so that wrapping ends."""
    left = room * 1000 / size
    for index, character in enumerate(text):
        left -= _width_of(character)
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
            runs = self._runs[text] = self._font_runs(text)
        drawn = "".join([f"{name} {size:g} Tf({shown})Tj " for name, shown in runs])
        return f"1 0 0 1 {x:.2f} {y:.2f} Tm {drawn}"

    def _font_runs(self, text: str) -> list[tuple[str, str]]:
        document = self._canvas._doc
        return [
            (font.getSubsetInternalName(subset, document), self._canvas._escape(shown))
            for font, run in groupby(text, key=_face_of)
            for subset, shown in font.splitString("".join(run), document)
        ]
