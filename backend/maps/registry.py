"""The layers by name: zooms, filters, fields, and who draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.maps.filters import MapFilters
from backend.maps.layers import cells, clusters, regions, scans, units
from geo.pyramid import MAX_ZOOM, Tile


@dataclass(frozen=True)
class Layer:
    """``vector`` are the fields of each layer inside a tile; ``live`` ones are never kept; what is
    drawn ``beyond`` the reader's regions is asked for there too."""

    draw: Callable[[Tile, MapFilters, User], bytes]
    title: str | Promise
    first_zoom: int
    last_zoom: int
    filters: tuple[str, ...]
    vector: Mapping[str, Mapping[str, str]]
    live: bool = False
    beyond: bool = False


LAYERS: Mapping[str, Layer] = {
    "regions": Layer(
        regions.draw_regions, _("Regions"), 0, 12, regions.FILTERS,
        {
            "regions": regions.FIELDS,
            "outlines": regions.OUTLINE_FIELDS,
            "names": regions.OUTLINE_FIELDS,
        },
    ),
    "cells": Layer(
        cells.draw_cells, _("Cells"), 0, cells.MAX_TILE_ZOOM, cells.FILTERS, {"cells": cells.FIELDS}
    ),
    "units": Layer(
        units.draw_units, _("Units"), 12, MAX_ZOOM, units.FILTERS,
        {"units": units.FIELDS, "units_info": units.INFO_FIELDS},
    ),
    "hazards": Layer(
        units.draw_hazards, _("Open defects"), 10, MAX_ZOOM, units.HAZARD_FILTERS,
        {"hazards": units.FIELDS, "hazards_info": units.INFO_FIELDS},
    ),
    "clusters": Layer(
        clusters.draw_clusters, _("Clusters of letters"), 0, 12, clusters.FILTERS,
        {"clusters": clusters.FIELDS}, live=True, beyond=True,
    ),
    "scans": Layer(
        scans.draw_scans, _("Last scans"), 8, MAX_ZOOM, scans.FILTERS, {"scans": scans.FIELDS}, live=True
    ),
}  # fmt: skip
