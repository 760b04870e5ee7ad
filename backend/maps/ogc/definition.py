"""``/ogc/api``: the OpenAPI 3.0 document that OGC API – Features wants."""

from __future__ import annotations

from typing import Any

from backend.maps.ogc.asking import MOST, USUAL
from backend.maps.ogc.collections import COLLECTIONS, Collection
from backend.maps.ogc.crs import ALL
from backend.maps.ogc.documents import GEOJSON, JSON, SCHEMA, schema_of

_CRS = {"type": "string", "format": "uri", "enum": [crs.uri for crs in ALL]}
_PROBLEM = {"$ref": "#/components/responses/Problem"}


def definition(server: str) -> dict[str, Any]:
    """The document; ``server`` is the address of the landing page."""
    paths: dict[str, Any] = {
        "/": _get("landing", "The landing page"),
        "/conformance": _get("conformance", "What of the standards is kept"),
        "/api": _get("definition", "This document"),
        "/collections": _get("collections", "All collections"),
    }
    for shown in COLLECTIONS.values():
        paths |= _paths(shown)
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


def _paths(shown: Collection) -> dict[str, Any]:
    here, key = f"/collections/{shown.name}", _parameter("id", {"type": "string"}, where="path")
    key["required"] = True
    items = _get(f"{shown.name}.items", "Features, in pages", GEOJSON, _of_items(shown))
    crs = [_parameter("crs", _CRS)]
    return {
        here: _get(f"{shown.name}.describe", str(shown.title)),
        f"{here}/queryables": _get(f"{shown.name}.queryables", "Filters", SCHEMA),
        f"{here}/items": items,
        f"{here}/items/{{id}}": _get(f"{shown.name}.item", "One feature", GEOJSON, [key, *crs]),
    }


def _of_items(shown: Collection) -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    own = [
        _parameter("limit", limit),
        _parameter("bbox", box) | {"style": "form", "explode": False},
        _parameter("bbox-crs", _CRS),
        _parameter("crs", _CRS),
        _parameter("datetime", {"type": "string"}),
        _parameter("cursor", {"type": "string"}),
    ]
    return own + [_parameter(name, schema_of(shown, name)) for name in sorted(shown.filters)]


def _parameter(name: str, schema: dict[str, Any], *, where: str = "query") -> dict[str, Any]:
    return {"name": name, "in": where, "required": False, "schema": schema}


def _get(
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
