"""Sheets of labels as vector PDF: a symbol, its code in letters, and Chinese text beside it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from backend.lib.qr_symbol import QUIET_MODULES
from tagging import codes, typeface
from tagging.grids import A4, Grid
from tagging.symbol import Encoder, make_encoder

# PDF streams may be binary since PDF 1.0; ASCII85 would double the time of a sheet.
rl_config.useA85 = 0

PADDING = 2.5
"""Millimetres kept free inside the edge of each label."""
MIN_MODULE = 0.5
"""Millimetres; where level H would be printed finer than this, level Q is taken."""
TITLE_SIZE, TEXT_SIZE, FOOTER_SIZE, CODE_SIZE = 9.0, 7.0, 6.0, 8.0
_LEADING = 1.3


@dataclass(frozen=True)
class Label:
    """What one label shows: ``code`` as symbol and in letters, ``title`` and ``lines`` beside it."""

    code: str
    title: str
    lines: tuple[str, ...] = ()


class Unprintable(Exception):
    """Labels with characters that the font lacks: ``missing`` holds them by the label's code.

    Left out, they would make another name of a name: 𠮷祥 would be printed as 祥.
    """

    def __init__(self, missing: dict[str, list[str]]) -> None:
        super().__init__(missing)
        self.missing = missing


@dataclass(frozen=True)
class SheetDesign:
    """How sheets are laid out.

    ``prefix`` is the address up to the code, ``skip`` the used slots of the first sheet,
    ``dx`` and ``dy`` the printer's correction in millimetres to the right and downwards.
    """

    grid: Grid
    prefix: str
    skip: int = 0
    dx: float = 0.0
    dy: float = 0.0
    footer: str = ""

    @property
    def symbol_side(self) -> float:
        """Side of the symbol with its quiet zone, in millimetres."""
        beneath = CODE_SIZE * _LEADING / mm
        return min(self.grid.height - 2 * PADDING - beneath, (self.grid.width - 2 * PADDING) * 0.5)

    @property
    def encoder(self) -> Encoder:
        """The encoder at level H, or Q where the modules would become too fine."""
        robust = make_encoder(self.prefix, "H")
        if self.symbol_side / (robust.size + 2 * QUIET_MODULES) >= MIN_MODULE:
            return robust
        return make_encoder(self.prefix, "Q")


class _StripOperators(dict[tuple[int, int], str]):
    """Operators by (place, value) of a byte of a symbol: its runs of dark modules; made when met."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __missing__(self, key: tuple[int, int]) -> str:
        place, value = key
        runs: list[list[int]] = []
        for index in range(8):
            if not value >> (7 - index) & 1:
                continue
            row, col = divmod(place * 8 + index, self._size)
            if runs and runs[-1][1] == row and runs[-1][0] + runs[-1][2] == col:
                runs[-1][2] += 1
            else:
                runs.append([col, row, 1])
        top = self._size - 1
        drawn = self[key] = "".join(f"{x} {top - row} {wide} 1 re " for x, row, wide in runs)
        return drawn


@cache
def _strip_operators(size: int) -> _StripOperators:
    return _StripOperators(size)


def symbol_path(modules: int, size: int) -> str:
    """One PDF path for a symbol, one unit to the module, from its lower left corner."""
    total = size * size
    count = (total + 7) // 8
    packed = (modules << (count * 8 - total)).to_bytes(count, "big")
    strips = _strip_operators(size)
    return "".join([strips[byte] for byte in enumerate(packed)])


class _LabelPainter:
    """Puts labels of one design on the pages of one document."""

    def __init__(self, design: SheetDesign, canvas: Canvas) -> None:
        self.design = design
        self.canvas = canvas
        self.letters = typeface.Typesetter(canvas)
        self.encoder = design.encoder
        self.side = design.symbol_side * mm
        self.module = self.side / (self.encoder.size + 2 * QUIET_MODULES)
        self.text_left = (PADDING + 1.0) * mm + self.side
        self.room = (design.grid.width - PADDING) * mm - self.text_left

    def slot_origin(self, slot: int) -> tuple[float, float]:
        """Lower left corner of a slot in points, the printer's correction applied."""
        grid = self.design.grid
        x, y = grid.slot_corner(slot)
        return (x + self.design.dx) * mm, (A4[1] - y - grid.height - self.design.dy) * mm

    def label_operators(self, label: Label, slot: int) -> str:
        """Everything that draws one label."""
        x, y = self.slot_origin(slot)
        top = y + (self.design.grid.height - PADDING) * mm
        quiet = QUIET_MODULES * self.module
        path = symbol_path(self.encoder.modules(label.code), self.encoder.size)
        at_x, at_y = x + PADDING * mm + quiet, top - self.side + quiet
        scale = f"{self.module:.4f}"
        symbol = f"q {scale} 0 0 {scale} {at_x:.2f} {at_y:.2f} cm {path}f Q"
        return f"{symbol} BT {self._code_operators(label.code, x, y)}{self._text_operators(label, x, y, top)}ET"

    def _code_operators(self, code: str, x: float, y: float) -> str:
        shown = codes.group_code(code)
        wide = typeface.text_width(shown, CODE_SIZE)
        size = CODE_SIZE * min(1.0, self.side / wide)
        left = x + PADDING * mm + max(0.0, self.side - wide) / 2
        return self.letters.line(shown, size, left, y + PADDING * mm + 1)

    def _text_operators(self, label: Label, x: float, y: float, top: float) -> str:
        left, base = x + self.text_left, top - 2 * mm
        bottom = y + PADDING * mm + 1
        parts = []
        floor = bottom
        footer = typeface.wrap_text(self.design.footer, FOOTER_SIZE, self.room, lines=2)
        for text in reversed(footer):
            parts.append(self.letters.line(text, FOOTER_SIZE, left, floor))
            floor += FOOTER_SIZE * _LEADING
        for text, size in ((label.title, TITLE_SIZE), *((line, TEXT_SIZE) for line in label.lines)):
            for piece in typeface.wrap_text(text, size, self.room, lines=2):
                base -= size
                if base < floor:
                    return "".join(parts)
                parts.append(self.letters.line(piece, size, left, base))
                base -= size * (_LEADING - 1)
        return "".join(parts)


def _new_canvas(stream: io.BytesIO) -> Canvas:
    canvas = Canvas(stream, pagesize=(A4[0] * mm, A4[1] * mm), pageCompression=1, invariant=1)
    canvas.setTitle("特种设备标签")
    canvas.setViewerPreference("PrintScaling", "None")
    typeface.load_faces()
    return canvas


def render_sheets(labels: Iterable[Label], design: SheetDesign) -> bytes:
    """The sheets of ``labels`` as one PDF. Text that finds no room is cut, never the symbol.

    Raises Unprintable when the font lacks a character of a text.
    """
    labels = list(labels)
    _refuse_unprintable(labels, design)
    stream = io.BytesIO()
    canvas = _new_canvas(stream)
    press = _LabelPainter(design, canvas)
    page = 0
    drawn: list[str] = []
    for index, label in enumerate(labels):
        at, slot = design.grid.page_and_slot(index, skip=design.skip)
        if at != page:
            _finish_page(canvas, drawn)
            page = at
        drawn.append(press.label_operators(label, slot))
    _finish_page(canvas, drawn)
    canvas.save()
    return stream.getvalue()


def _refuse_unprintable(labels: list[Label], design: SheetDesign) -> None:
    texts = ((label.code, (label.title, *label.lines, design.footer)) for label in labels)
    found = {code: typeface.missing_characters("".join(shown)) for code, shown in texts}
    if odd := {code: characters for code, characters in found.items() if characters}:
        raise Unprintable(odd)


def _finish_page(canvas: Any, drawn: list[str]) -> None:
    # Operators are appended as they are: the stubs do not know the canvas's own list.
    canvas._code.append("0 g")
    canvas._code.extend(drawn)
    canvas.showPage()
    drawn.clear()


def render_calibration_page(design: SheetDesign) -> bytes:
    """A page with the outline of each slot and a ruler, to find ``dx`` and ``dy`` of a printer."""
    stream = io.BytesIO()
    canvas = _new_canvas(stream)
    press = _LabelPainter(design, canvas)
    canvas.setFont(typeface.load_faces()[0].fontName, TEXT_SIZE)
    canvas.setLineWidth(0.2)
    grid = design.grid
    for slot in range(grid.labels_per_sheet):
        x, y = press.slot_origin(slot)
        canvas.rect(x, y, grid.width * mm, grid.height * mm)
        canvas.drawString(x + PADDING * mm, y + PADDING * mm, f"{slot + 1}")
    x, y = press.slot_origin(0)
    canvas.line(x + 10 * mm, y + 15 * mm, x + 60 * mm, y + 15 * mm)
    for tick in range(51):
        height = 3 if tick % 10 == 0 else 1.5
        canvas.line(x + (10 + tick) * mm, y + 15 * mm, x + (10 + tick) * mm, y + (15 + height) * mm)
    canvas.drawString(x + 10 * mm, y + 20 * mm, f"50 mm  dx={design.dx:g} dy={design.dy:g}")
    canvas.drawString(x + 10 * mm, y + 24 * mm, "校准页：按实际大小（100%）打印，与标签纸对光比对")
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
