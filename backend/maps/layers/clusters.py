"""Layer ``clusters``: circles in which more letters came to the hotline than chance would bring."""

from __future__ import annotations

from typing import Any

from backend.accounts.models import User
from backend.hotline.clusters.latest import NamedCluster, latest_clusters
from backend.hotline.product_categories import product_category_name
from backend.maps.filters import MapFilters
from backend.maps.tile_query import query_tile
from geo.pyramid import Tile
from geo.shapes import ZOOM_STEPS

FILTERS: tuple[str, ...] = ()
FIELDS = {
    "counties": "String", "product": "String", "since": "String", "until": "String",
    "observed": "Number", "expected": "Number", "p": "Number",
}  # fmt: skip

# As far as the labels of its counties reach, and never smaller than the county in its middle.
_TILE = """
SELECT ST_AsMVT(drawn, 'clusters', 4096, 'geom', 'id') FROM (
    SELECT given.id, counties, product, since, until, observed, expected, p,
           ST_AsMVTGeom(ST_Buffer({label}, radius, 24), box, 4096, 64, true) AS geom
      FROM unnest(%(ids)s::bigint[], %(centres)s::text[], %(regions)s::text[],
                  %(counties)s::text[], %(products)s::text[], %(since)s::text[],
                  %(until)s::text[], %(observed)s::int[], %(expected)s::float[], %(p)s::float[])
           AS given (id, centre, regions, counties, product, since, until, observed, expected, p)
      JOIN geo_regionshape middle ON middle.region_id = given.centre AND middle.zoom = %(step)s
     CROSS JOIN LATERAL (
        SELECT greatest(sqrt(ST_Area(middle.shape) / pi()),
                        max(ST_Distance(middle.label, other.label))) AS radius
          FROM geo_regionshape other
         WHERE other.zoom = %(step)s
           AND other.region_id = ANY(string_to_array(given.regions, ','))) reach
     CROSS JOIN ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857) box
     ORDER BY p DESC) drawn WHERE geom IS NOT NULL
"""


def draw_clusters(tile: Tile, filters: MapFilters, user: User) -> bytes:
    """The clusters that the list of hot spots shows; ``p`` is the share of shuffles with one as great."""
    box = tile.box
    label = "geo_gcj02(middle.label)" if filters.shifted else "middle.label"
    params: dict[str, Any] = {
        **_columns_of_clusters(latest_clusters(user)),
        "step": ZOOM_STEPS[0],
        **{name: getattr(box, name) for name in ("west", "south", "east", "north")},
    }
    return query_tile(_TILE.replace("{label}", label), params)


def _columns_of_clusters(clusters: list[NamedCluster]) -> dict[str, list[Any]]:
    """The clusters as parallel columns."""
    rows = [one.found for one in clusters]
    return {
        "ids": [row.pk for row in rows],
        "centres": [row.centre_id for row in rows],
        "regions": [",".join(row.regions) for row in rows],
        "counties": ["、".join(one.counties) for one in clusters],
        "products": [
            product_category_name(row.product_category) if row.product_category else ""
            for row in rows
        ],
        "since": [row.since.isoformat() for row in rows],
        "until": [row.found_on.isoformat() for row in rows],
        "observed": [row.observed for row in rows],
        "expected": [row.expected for row in rows],
        "p": [row.p for row in rows],
    }
