"""``/ogc/api``: the OpenAPI 3.0 document that OGC API – Features wants."""

from __future__ import annotations

from typing import Any

from backend.maps.ogc.collections import COLLECTIONS, Collection
from backend.maps.ogc.crs import ALL_CRS
from backend.maps.ogc.documents import GEOJSON, JSON, SCHEMA, filter_schema
from backend.maps.ogc.items_query import MOST, USUAL

_CRS = {"type": "string", "format": "uri", "enum": [crs.uri for crs in ALL_CRS]}
_PROBLEM = {"$ref": "#/components/responses/Problem"}


def build_openapi(server: str) -> dict[str, Any]:
    """The OpenAPI document; ``server`` is the address of the landing page."""
    paths: dict[str, Any] = {
        "/": _get_operation("landing", "The landing page"),
        "/conformance": _get_operation("conformance", "What of the standards is kept"),
        "/api": _get_operation("definition", "This document"),
        "/collections": _get_operation("collections", "All collections"),
    }
    for shown in COLLECTIONS.values():
        paths |= _collection_paths(shown)
    return {
        "openapi": "3.0.3",
        "info": {"title": "金质工程 Jinzhi: OGC API – Features", "version": "1.0.0"},
        "servers": [{"url": server}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "Authorization"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
            "responses": {
                "Problem": {
                    "description": "Refused, and why (RFC 9457)",
                    "content": {"application/problem+json": {"schema": {"type": "object"}}},
                }
            },
        },
    }


def _collection_paths(shown: Collection) -> dict[str, Any]:
    here, key = (
        f"/collections/{shown.name}",
        _build_parameter("id", {"type": "string"}, where="path"),
    )
    key["required"] = True
    items = _get_operation(
        f"{shown.name}.items", "Features, in pages", GEOJSON, _items_parameters(shown)
    )
    crs = [_build_parameter("crs", _CRS)]
    return {
        here: _get_operation(f"{shown.name}.describe", str(shown.title)),
        f"{here}/queryables": _get_operation(f"{shown.name}.queryables", "Filters", SCHEMA),
        f"{here}/items": items,
        f"{here}/items/{{id}}": _get_operation(
            f"{shown.name}.item", "One feature", GEOJSON, [key, *crs]
        ),
    }


def _items_parameters(shown: Collection) -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    own = [
        _build_parameter("limit", limit),
        _build_parameter("bbox", box) | {"style": "form", "explode": False},
        _build_parameter("bbox-crs", _CRS),
        _build_parameter("crs", _CRS),
        _build_parameter("datetime", {"type": "string"}),
        _build_parameter("cursor", {"type": "string"}),
    ]
    return own + [
        _build_parameter(name, filter_schema(shown, name)) for name in sorted(shown.filters)
    ]


def _build_parameter(name: str, schema: dict[str, Any], *, where: str = "query") -> dict[str, Any]:
    return {"name": name, "in": where, "required": False, "schema": schema}


def _get_operation(
    name: str, text: str, media_type: str = JSON, parameters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    answer = {"description": text, "content": {media_type: {"schema": {"type": "object"}}}}
    return {
        "get": {
            "operationId": name,
            "summary": text,
            "parameters": parameters or [],
            "responses": {"200": answer, "default": _PROBLEM},
        }
    }
