"""Which of our tiles lie under a tile of the map: itself, or up to four under a shifted one."""

from __future__ import annotations

from dataclasses import dataclass

from geo.datum import Datum, convert_position
from geo.pyramid import WORLD_M, MercatorBox, Tile, tile_at_metres, to_degrees, to_mercator

EXTENT = 4096
_SLACK_M = 60.0
"""How much the offset differs within a tile of zoom 8 or deeper, on the map; shallower tiles
show nothing so fine."""


@dataclass(frozen=True, slots=True)
class CellRange:
    """A range of cells, and where its tile lies from the wanted one, in units of the tile."""

    first: int
    beyond: int
    left: int
    top: int


def cell_ranges(tile: Tile, level: int, *, shifted: bool) -> list[CellRange]:
    """The ranges of cells of ``level`` that may show in ``tile``."""
    near = wgs84_tiles_under(tile) if shifted else [tile]
    return [
        CellRange(
            *other.cell_range(level), (other.x - tile.x) * EXTENT, (other.y - tile.y) * EXTENT
        )
        for other in near
    ]


def wgs84_tiles_under(tile: Tile) -> list[Tile]:
    """The tiles of WGS-84 under a tile of GCJ-02."""
    box = wgs84_box(tile)
    upper = tile_at_metres(box.west, box.north, tile.z)
    lower = tile_at_metres(box.east, box.south, tile.z)
    return [
        Tile(tile.z, x, y) for x in range(upper.x, lower.x + 1) for y in range(upper.y, lower.y + 1)
    ]


def wgs84_box(tile: Tile) -> MercatorBox:
    """The box that a tile of GCJ-02 covers in WGS-84, with a margin; EPSG:3857."""
    box, slack = tile.box, min(_SLACK_M, WORLD_M / (1 << tile.z) / 8)
    corners = [
        _to_wgs84_mercator(x, y) for x in (box.west, box.east) for y in (box.south, box.north)
    ]
    return MercatorBox(
        min(x for x, _ in corners) - slack,
        min(y for _, y in corners) - slack,
        max(x for x, _ in corners) + slack,
        max(y for _, y in corners) + slack,
    )


def _to_wgs84_mercator(x: float, y: float) -> tuple[float, float]:
    return to_mercator(*convert_position(*to_degrees(x, y), Datum.GCJ02, Datum.WGS84))
