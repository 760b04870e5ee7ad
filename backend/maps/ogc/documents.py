"""Landing page, conformance, collections, queryables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.accounts.models import User
from backend.maps.extents import load_user_extent
from backend.maps.ogc.collections import CHOICES, COLLECTIONS, Collection
from backend.maps.ogc.crs import ALL_CRS, CRS84

Address = Callable[[str], str]
JSON, GEOJSON, SCHEMA = "application/json", "application/geo+json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
)


def build_link(href: str, rel: str, media_type: str = JSON, title: str = "") -> dict[str, str]:
    """One link of a document."""
    found = {"href": href, "rel": rel, "type": media_type}
    return found | {"title": title} if title else found


def build_landing_page(at: Address) -> dict[str, Any]:
    """The landing page, with links to everything else."""
    return {
        "title": "金质工程 Jinzhi",
        "description": "Special equipment under supervision, as far as the reader may see it",
        "links": [
            build_link(at(""), "self"),
            build_link(at("api"), "service-desc", OPENAPI),
            build_link(at("conformance"), "conformance"),
            build_link(at("collections"), "data"),
        ],
    }


def build_conformance() -> dict[str, Any]:
    """The list of the standards' parts that are kept."""
    return {"conformsTo": list(_CONFORMS)}


def build_collections(at: Address, user: User) -> dict[str, Any]:
    """The list of all collections, each with its description."""
    return {
        "links": [build_link(at("collections"), "self")],
        "collections": [build_collection(at, c, user) for c in COLLECTIONS.values()],
    }


def build_collection(at: Address, shown: Collection, user: User) -> dict[str, Any]:
    """The description of one collection."""
    here = f"collections/{shown.name}"
    queryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    return {
        "id": shown.name,
        "title": str(shown.title),
        "itemType": "feature",
        "extent": {"spatial": {"bbox": [load_user_extent(user)], "crs": CRS84.uri}},
        "crs": [crs.uri for crs in ALL_CRS],
        "storageCrs": CRS84.uri,
        "links": [
            build_link(at(here), "self"),
            build_link(at(f"{here}/items"), "items", GEOJSON),
            build_link(at(f"{here}/queryables"), queryables, SCHEMA),
        ],
    }


def build_queryables(at: Address, shown: Collection) -> dict[str, Any]:
    """What a collection can be filtered by, as JSON Schema."""
    members = {
        name: {"title": name, **filter_schema(shown, name)} for name in sorted(shown.filters)
    }
    return {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": at(f"collections/{shown.name}/queryables"),
        "type": "object",
        "title": str(shown.title),
        "properties": members,
        "additionalProperties": False,
    }


def filter_schema(shown: Collection, name: str) -> dict[str, Any]:
    """The JSON Schema of one filter."""
    kind = shown.members.get(shown.filters[name], "string")
    if kind in ("date", "date-time"):
        return {"type": "string", "format": kind}
    if kind == "string" and name in CHOICES:
        return {"type": "string", "enum": list(CHOICES[name])}
    return {"type": kind}
