"""TileJSON 3.0: how a map finds and reads the tiles of a layer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from backend.accounts.models import User
from backend.maps.addresses import full_address
from backend.maps.extents import load_user_extent
from backend.maps.filters import MapFilters
from backend.maps.registry import Layer

_WORLD = (-180.0, -85.0511, 180.0, 85.0511)


def build_tilejson(
    request: Request, name: str, layer: Layer, filters: MapFilters, user: User
) -> dict[str, Any]:
    """The TileJSON document of a layer; ``bounds`` are those of the user's regions, if no feature reaches beyond."""
    mine = load_user_extent(user, shifted=filters.shifted)
    bounds = list(_WORLD) if layer.beyond else mine
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
            round((mine[0] + mine[2]) / 2, 5),
            round((mine[1] + mine[3]) / 2, 5),
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
