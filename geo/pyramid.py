"""The pyramid of Web-Mercator tiles: bounds, and tiles numbered so that a tile is one range.

A *cell* is a tile of some level, told by its Morton code: the bits of y and x in turn. All
cells of a deeper level that lie in one tile follow one another, so "what lies in this tile" is
``first <= cell < beyond``, served by a B-tree, with no geometry looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

WORLD_M = 2 * math.pi * 6378137.0
"""Width of the world in EPSG:3857, metres of the projection."""
MAX_ZOOM = 18
"""The level that points are coded at; deeper tiles do not exist."""
CELL_LEVELS = (6, 8, 10, 12, 14, 16)
"""The levels at which figures are kept."""
CELLS_ACROSS = 4
"""A tile of zoom z shows cells of at least level z + this: 16 by 16, at most 32 by 32."""
_EDGE_LAT = math.degrees(2 * math.atan(math.exp(math.pi)) - math.pi / 2)


class OutsidePyramid(ValueError):
    """There is no such tile in the pyramid."""


@dataclass(frozen=True, slots=True)
class MercatorBox:
    """A rectangle in EPSG:3857."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the map; ``y`` counts from the north. Raises OutsidePyramid."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        size = 1 << self.z if 0 <= self.z <= MAX_ZOOM else 0
        if not (0 <= self.x < size and 0 <= self.y < size):
            raise OutsidePyramid(f"{self.z}/{self.x}/{self.y}")

    @property
    def code(self) -> int:
        """Its Morton code among the tiles of its zoom."""
        return morton_code(self.x, self.y)

    @property
    def box(self) -> MercatorBox:
        """The rectangle that the tile covers."""
        side = WORLD_M / (1 << self.z)
        west, north = self.x * side - WORLD_M / 2, WORLD_M / 2 - self.y * side
        return MercatorBox(west, north - side, west + side, north)

    def cell_range(self, level: int = MAX_ZOOM) -> tuple[int, int]:
        """The cells of ``level`` in it: the first, and the first beyond."""
        if level < self.z:
            raise ValueError(f"cells of level {level} are larger than a tile of zoom {self.z}")
        shift = 2 * (level - self.z)
        return self.code << shift, (self.code + 1) << shift


def tile_of_cell(level: int, cell: int) -> Tile:
    """The tile that ``cell`` of ``level`` is."""
    return Tile(level, _collect_every_other_bit(cell), _collect_every_other_bit(cell >> 1))


def tile_at_metres(x: float, y: float, zoom: int) -> Tile:
    """The tile of ``zoom`` in which a position in EPSG:3857 lies."""
    size = 1 << zoom
    return Tile(zoom, _clamp_index(x / WORLD_M + 0.5, size), _clamp_index(0.5 - y / WORLD_M, size))


def cell_level_for(zoom: int) -> int | None:
    """The level of cells that a tile of ``zoom`` shows; None where points are shown instead."""
    return next((level for level in CELL_LEVELS if level >= zoom + CELLS_ACROSS), None)


def morton_code(x: int, y: int) -> int:
    """The Morton code of a column and a row."""
    return _spread_bits(x) | _spread_bits(y) << 1


def to_mercator(lng: float, lat: float) -> tuple[float, float]:
    """The position in EPSG:3857 of a position in degrees."""
    radians = math.radians(max(-_EDGE_LAT, min(_EDGE_LAT, lat)))
    north = math.asinh(math.tan(radians)) / (2 * math.pi)
    return lng / 360 * WORLD_M, north * WORLD_M


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """The position in degrees of a position in EPSG:3857."""
    return x / WORLD_M * 360, math.degrees(math.atan(math.sinh(y / WORLD_M * 2 * math.pi)))


def _clamp_index(share: float, size: int) -> int:
    return max(0, min(size - 1, math.floor(share * size)))


def _spread_bits(number: int) -> int:
    """The bits of ``number`` with a 0 before each."""
    spread = 0
    for bit in range(number.bit_length()):
        spread |= (number >> bit & 1) << 2 * bit
    return spread


def _collect_every_other_bit(code: int) -> int:
    number = 0
    for bit in range((code.bit_length() + 1) // 2):
        number |= (code >> 2 * bit & 1) << bit
    return number
