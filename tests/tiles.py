"""Where a place lies in the pyramid of tiles."""

from __future__ import annotations

from geo.pyramid import Tile, tile_at_metres, to_mercator


def tile_at(lng: float, lat: float, zoom: int) -> Tile:
    """The tile of ``zoom`` in which a position of degrees lies."""
    return tile_at_metres(*to_mercator(lng, lat), zoom)
