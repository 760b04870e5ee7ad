"""TileJSON 3.0: how a map finds and reads the tiles of a layer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from backend.accounts.models import User
from backend.maps.addresses import full_address
from backend.maps.filters import MapFilters
from backend.maps.registry import Layer
from geo.models import RegionShape
from geo.pyramid import to_degrees
from geo.shapes import ZOOM_STEPS

_SHANDONG = [114.79, 34.37, 122.72, 38.41]


def build_tilejson(
    request: Request, name: str, layer: Layer, filters: MapFilters, user: User
) -> dict[str, Any]:
    """The TileJSON document of a layer; ``bounds`` are those of the user's region."""
    bounds = _user_bounds(user, shifted=filters.shifted)
    query = request.META.get("QUERY_STRING", "")
    address = full_address(request, f"/tiles/{name}/") + "{z}/{x}/{y}.mvt"
    return {
        "tilejson": "3.0.0",
        "name": name,
        "description": str(layer.title),
        "version": "1.0.0",
        "attribution": _("Jinzhi, register of special equipment"),
        "scheme": "xyz",
        "tiles": [f"{address}?{query}" if query else address],
        "minzoom": layer.first_zoom,
        "maxzoom": layer.last_zoom,
        "bounds": bounds,
        "center": [
            round((bounds[0] + bounds[2]) / 2, 5),
            round((bounds[1] + bounds[3]) / 2, 5),
            max(layer.first_zoom, min(7, layer.last_zoom)),
        ],
        "vector_layers": [
            {
                "id": part,
                "fields": dict(fields),
                "minzoom": layer.first_zoom,
                "maxzoom": layer.last_zoom,
            }
            for part, fields in layer.vector.items()
        ],
    }


def _user_bounds(user: User, *, shifted: bool) -> list[float]:
    """The bounds of the user's region: west, south, east, north in degrees of the map's datum."""
    shape = RegionShape.objects.filter(region=user.region_id, zoom=ZOOM_STEPS[-1]).first()
    if user.region_id is None or shape is None:
        return _SHANDONG
    west, south, east, north = (shape.shifted if shifted else shape.shape).extent
    lower, upper = to_degrees(west, south), to_degrees(east, north)
    return [round(degree, 5) for degree in (*lower, *upper)]
