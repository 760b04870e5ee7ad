"""Which of our tiles lie under a tile of the map: itself, or up to four under a shifted one."""

from __future__ import annotations

from dataclasses import dataclass

from geo.datum import Datum, convert
from geo.pyramid import WORLD_M, Box, Tile, projected, tile_of, unprojected

EXTENT = 4096
_SLACK_M = 60.0
"""How much the offset differs within a tile of zoom 8 or deeper, on the map; shallower tiles
show nothing so fine."""


@dataclass(frozen=True, slots=True)
class Part:
    """A range of cells, and where its tile lies from the wanted one, in units of the tile."""

    first: int
    beyond: int
    left: int
    top: int


def parts(tile: Tile, level: int, *, shifted: bool) -> list[Part]:
    """The ranges of cells of ``level`` that may show in ``tile``."""
    near = under(tile) if shifted else [tile]
    return [
        Part(*other.cells(level), (other.x - tile.x) * EXTENT, (other.y - tile.y) * EXTENT)
        for other in near
    ]


def under(tile: Tile) -> list[Tile]:
    """The tiles of WGS-84 under a tile of GCJ-02."""
    box = true_box(tile)
    upper = tile_of(box.west, box.north, tile.z)
    lower = tile_of(box.east, box.south, tile.z)
    return [
        Tile(tile.z, x, y) for x in range(upper.x, lower.x + 1) for y in range(upper.y, lower.y + 1)
    ]


def true_box(tile: Tile) -> Box:
    """What a tile of GCJ-02 covers in truth, with a margin."""
    box, slack = tile.box, min(_SLACK_M, WORLD_M / (1 << tile.z) / 8)
    corners = [_true(x, y) for x in (box.west, box.east) for y in (box.south, box.north)]
    return Box(
        min(x for x, _ in corners) - slack,
        min(y for _, y in corners) - slack,
        max(x for x, _ in corners) + slack,
        max(y for _, y in corners) + slack,
    )


def _true(x: float, y: float) -> tuple[float, float]:
    return projected(*convert(*unprojected(x, y), Datum.GCJ02, Datum.WGS84))
