"""What the OpenAPI document says of every operation, beside what drf-spectacular reads by
itself."""

from __future__ import annotations

import inspect
import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, PolymorphicProxySerializer
from rest_framework.serializers import ChoiceField

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "additionalProperties": True,
    "properties": {
        "type": {"type": "string", "description": "Stable, for programs"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do, for people"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_TEXT_SCHEMA = {"type": "string"}
_PROBLEM_RESPONSE = {
    "description": "A problem: the request was refused, and why",
    "headers": {
        "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"},
        "WWW-Authenticate": {"schema": _TEXT_SCHEMA, "description": "With 401"},
    },
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_LINK_HEADER = {
    "schema": _TEXT_SCHEMA,
    "description": "RFC 8288: rel next and prev, where there is such a page",
}


class Schema(AutoSchema):
    """drf-spectacular's, with a summary, the headers of pages and of ETags, and plain ids."""

    def get_operation_id(self) -> str:
        """A name that is one in any language."""
        return str(super().get_operation_id()).replace(".", "_")

    def get_summary(self) -> str:
        """How the method's docstring begins; and of what, where many share the method."""
        name = getattr(self.view, "action", self.method.lower())
        method = getattr(self.view, name)
        said = _first_sentence(method)
        own = method.__qualname__.startswith(f"{type(self.view).__name__}.")
        return said if own else f"{_first_sentence(type(self.view))}: {said[0].lower()}{said[1:]}"

    def _map_serializer_field(self, field: Any, *args: Any, **options: Any) -> Any:
        """Add the empty word to the choices of a field that DRF made read-only, if the model
        allows it."""
        if isinstance(field, ChoiceField) and field.read_only and _may_be_blank(field):
            field.allow_blank = True
        return super()._map_serializer_field(field, *args, **options)  # type: ignore[no-untyped-call]

    def _get_request_body(self, direction: Direction = "request") -> Any:
        """Say that a body is required, also where it is one of several shapes."""
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        if body and isinstance(self.get_request_serializer(), PolymorphicProxySerializer):
            body["required"] = True
        return body

    def _get_response_headers_for_code(
        self, status_code: str, direction: Direction = "response"
    ) -> Any:
        headers = super()._get_response_headers_for_code(status_code, direction)
        pages = self._get_paginator()  # type: ignore[no-untyped-call]
        paged = status_code == "200" and self._is_list_view() and pages
        return headers | {"Link": _LINK_HEADER} if paged else headers

    def _get_response_bodies(self, direction: Direction = "response") -> Any:
        """Add 304 where a GET answers with an ETag."""
        bodies = super()._get_response_bodies(direction)
        headers = bodies.get("200", {}).get("headers", {})
        if self.method == "GET" and "ETag" in headers:
            told = {"ETag": headers["ETag"]}
            bodies["304"] = {"description": "Not changed since", "headers": told}
        return bodies


def _may_be_blank(field: ChoiceField) -> bool:
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    if model is None or field.source not in {f.name for f in model._meta.fields}:
        return False
    return bool(model._meta.get_field(field.source).blank)


def _first_sentence(thing: Any) -> str:
    """The first sentence of a docstring, up to its first full stop or semicolon."""
    lines = (inspect.getdoc(thing) or "").partition("\n\n")[0].replace("\n", " ")
    return re.split(r"[.;](?: |$)", lines, maxsplit=1)[0]


def add_head_operations(
    endpoints: list[tuple[str, str, str, Any]],
) -> list[tuple[str, str, str, Any]]:
    """Pre-process for drf-spectacular: add HEAD where it is a method of its own, as in tus."""
    own = {
        (path, regex, "HEAD", view)
        for path, regex, _method, view in endpoints
        if hasattr(view.cls, "head") and not hasattr(view.cls, "get")
    }
    return endpoints + sorted(own, key=lambda endpoint: endpoint[0])


def add_problem_responses(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Post-process for drf-spectacular: add a ``default`` response to every operation."""
    result["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = _PROBLEM_RESPONSE
    return result


def simplify_nullable_anything(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Post-process for drf-spectacular: "anything, or null" is anything.

    It says that exactly one of the two holds, which null does not.
    """
    _simplify_node(result["components"]["schemas"])
    return result


def _simplify_node(node: Any) -> None:
    if isinstance(node, dict):
        if {} in (node.get("oneOf") or ()):
            del node["oneOf"]
        for part in node.values():
            _simplify_node(part)
    elif isinstance(node, list):
        for part in node:
            _simplify_node(part)
