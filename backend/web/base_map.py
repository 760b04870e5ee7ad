"""The base map under ours, when the operator has chosen one: nothing foreign is asked by default."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from geo.datum import Datum, convert_position

_TIANDITU = (
    "https://t0.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)


def base_map() -> dict[str, Any] | None:
    """The templates of its tiles from below upwards, its datum and its source; None where none
    is chosen.

    天地图 (streets, and their names above) is in CGCS2000, which is WGS-84 within centimetres.
    """
    if settings.BASE_MAP_TILES:
        return {
            "tiles": settings.BASE_MAP_TILES,
            "datum": settings.BASE_MAP_DATUM,
            "attribution": settings.BASE_MAP_ATTRIBUTION,
        }
    if settings.TIANDITU_KEY:
        layers = [
            _TIANDITU.format(layer=name, key=settings.TIANDITU_KEY) for name in ("vec", "cva")
        ]
        return {"tiles": layers, "datum": "WGS84", "attribution": "天地图"}
    return None


def tile_origins() -> list[str]:
    """The servers that a browser must be let ask for the base map."""
    chosen = base_map()
    parts = [urlsplit(address) for address in chosen["tiles"]] if chosen else []
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts if part.netloc})


def to_base_datum(lng: float, lat: float) -> tuple[float, float]:
    """A place in WGS-84 as the map draws it: in the datum of the base map."""
    chosen = base_map()
    return convert_position(lng, lat, Datum.WGS84, chosen["datum"]) if chosen else (lng, lat)
