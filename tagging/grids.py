"""Grids of label sheets on A4, in millimetres, and where the i-th label comes to lie."""

from __future__ import annotations

from dataclasses import dataclass

A4 = (210.0, 297.0)
"""Width and height of the sheet in millimetres."""


@dataclass(frozen=True)
class Grid:
    """Labels in ``cols`` x ``rows``; all lengths in millimetres.

    ``left`` and ``top`` are the sheet's margins to the first label, ``gap_x`` and ``gap_y`` lie
    between labels. Raises ValueError when the labels do not fit on A4.
    """

    cols: int
    rows: int
    width: float
    height: float
    left: float = 0.0
    top: float = 0.0
    gap_x: float = 0.0
    gap_y: float = 0.0

    def __post_init__(self) -> None:
        if min(self.cols, self.rows) < 1 or min(self.width, self.height) <= 0:
            raise ValueError("A grid needs at least one label with a size.")
        if min(self.left, self.top, self.gap_x, self.gap_y) < 0:
            raise ValueError("Margins and gaps of a grid are not negative.")
        right = self.left + self.cols * self.width + (self.cols - 1) * self.gap_x
        bottom = self.top + self.rows * self.height + (self.rows - 1) * self.gap_y
        if right > A4[0] + 0.01 or bottom > A4[1] + 0.01:
            raise ValueError("The labels of this grid do not fit on A4.")

    @property
    def labels_per_sheet(self) -> int:
        """How many labels one sheet holds."""
        return self.cols * self.rows

    def page_and_slot(self, index: int, *, skip: int = 0) -> tuple[int, int]:
        """The page and the slot (both from 0) of label ``index`` when ``skip`` slots are used
        already."""
        return divmod(index + skip, self.labels_per_sheet)

    def slot_corner(self, slot: int) -> tuple[float, float]:
        """Upper left corner of ``slot`` from the sheet's upper left corner, slots row by row."""
        row, col = divmod(slot, self.cols)
        x = self.left + col * (self.width + self.gap_x)
        return x, self.top + row * (self.height + self.gap_y)


GRIDS = {
    "3x8": Grid(3, 8, 70.0, 37.0, top=0.5),
    "3x8-63.5x33.9": Grid(3, 8, 63.5, 33.9, left=7.25, top=12.9, gap_x=2.5),
    "3x7": Grid(3, 7, 63.5, 38.1, left=7.25, top=15.15, gap_x=2.5),
    "2x5": Grid(2, 5, 99.1, 57.0, left=4.65, top=6.0, gap_x=2.5),
}
"""Sheets sold in every stationer's: 24 without margins, 24 (L7159), 21 (L7160), 10 (L7173)."""
