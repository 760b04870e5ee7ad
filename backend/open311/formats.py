"""Answers in the two forms of GeoReport v2: JSON, and XML with elements of the same names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse, JsonResponse

JSON = "json"
XML = "xml"
_SINGULAR = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""How each element of a list is called in XML."""


def format_answer(form: str, root: str, content: Any, *, status: int = 200) -> HttpResponse:
    """``content``, a mapping or a list of mappings, as JSON, or as XML below an element ``root``."""
    if form == XML:
        element = ElementTree.Element(root)
        _fill_element(element, content)
        text = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
        return HttpResponse(text, content_type="text/xml; charset=utf-8", status=status)
    return JsonResponse(
        content, safe=False, status=status, json_dumps_params={"ensure_ascii": False}
    )


def _fill_element(element: ElementTree.Element, content: Any) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill_element(ElementTree.SubElement(element, name), value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            _fill_element(ElementTree.SubElement(element, _SINGULAR[element.tag]), value)
    elif content is not None:
        element.text = _as_text(content)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.isoformat() if isinstance(value, dt.datetime) else str(value)
    # XML has no place for most control characters, which a stranger may have typed.
    return "".join(letter for letter in text if letter in "\t\n" or letter >= " ")
