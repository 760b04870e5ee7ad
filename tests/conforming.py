"""Every answer of the two JSON doors, in whatever test, is held against docs/openapi.yaml.

A middleware, so that answers to Django's client, to a live server's and to schemathesis are read
alike. What does not fit is noted in ``MISFITS``; ``tests/conftest.py`` fails the test for it.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from jsonschema_rs import Draft202012Validator

from backend.config.settings import ROOT

MISFITS: list[str] = []
TOLD = ("ETag", "Link", "Location", "Retry-After", "WWW-Authenticate")
"""Headers that a client acts on; with those of tus."""
JSON = "application/json"
LENIENT = frozenset({"mobile_outbox", "mobile_decisions"})
"""They keep whatever they are sent, and say of each item what became of it."""
_METHODS = ("get", "put", "post", "patch", "delete", "head")
Operation = Mapping[str, Any]


class ConformanceMiddleware:
    """Notes each answer that the document does not describe; the innermost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, untouched."""
        answer = self.get_response(request)
        operation = operation_of(request)
        if operation is not None and answer.status_code < 500:
            for fault in faults(operation, answer, request):
                asked = f"{request.method} {request.get_full_path()} {answer.status_code}"
                MISFITS.append(f"{asked}: {fault}")
        return answer


@functools.cache
def operations() -> dict[tuple[str, str], Operation]:
    """What the document says, by the path without the names of its parameters and by method."""
    found = {}
    for path, item in _document()["paths"].items():
        shared = item.get("parameters", [])
        for method in set(item) & set(_METHODS):
            merged = item[method] | {"parameters": shared + item[method].get("parameters", [])}
            found[_bare(path), method] = merged
    return found


def operation_of(request: HttpRequest) -> Operation | None:
    """What the document says of the request; None where it says nothing of its path or method."""
    if request.resolver_match is None:
        return None
    route = _bare("/" + request.resolver_match.route)
    method = str(request.method).lower()
    found = operations()
    return found.get((route, method)) or (found.get((route, "get")) if method == "head" else None)


def faults(operation: Operation, answer: HttpResponseBase, request: HttpRequest) -> Iterator[str]:
    """What the document does not say of an answer, or of a request that was taken."""
    said = operation["responses"].get(str(answer.status_code))
    if said is None and answer.status_code >= 400:
        said = operation["responses"]["default"]
    if said is None:
        yield "the document knows no such status"
        return
    if answer.status_code < 300:
        yield from _unfit_request(operation, answer)
    yield from _unfit_headers(said, answer)
    if request.method != "HEAD" and not answer.streaming:
        yield from _unfit_answer(said.get("content", {}), answer)


def _unfit_request(operation: Operation, answer: Any) -> Iterator[str]:
    """What is wrong with the JSON that was read; but for ``LENIENT``."""
    described = operation.get("requestBody", {}).get("content", {}).get(JSON)
    asked = getattr(answer, "renderer_context", {}).get("request")
    in_json = asked and asked.content_type.startswith(JSON)
    if described and in_json and asked.data and operation["operationId"] not in LENIENT:
        yield from _unfit(described["schema"], asked.data, "sent")


def _unfit_headers(said: Mapping[str, Any], answer: HttpResponseBase) -> Iterator[str]:
    """Refusals are alike for all operations, and do not list the headers of tus."""
    resumable = [n for n in answer.headers if n.startswith(("Tus-", "Upload-"))]
    told = TOLD if answer.status_code >= 400 else (*TOLD, *resumable)
    headers = {name.lower(): header for name, header in said.get("headers", {}).items()}
    for name in told:
        if name in answer.headers and name.lower() not in headers:
            yield f"the header {name} is not in the document"
    missing = [n for n, header in headers.items() if header.get("required")]
    yield from (f"lacks the header {name}" for name in missing if name not in answer.headers)


def _unfit_answer(content: Mapping[str, Any], answer: Any) -> Iterator[str]:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(answer.content) if packed else answer.content
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if not body:
        if content:
            yield "the document promises a body"
    elif kind not in content:
        yield f"the document promises {', '.join(content) or 'no body'}, not {kind}"
    elif kind.endswith("json"):
        yield from _unfit(content[kind]["schema"], json.loads(body), "answered")


def _unfit(schema: Any, value: Any, done: str) -> Iterator[str]:
    for error in _validator(json.dumps(schema, sort_keys=True)).iter_errors(value):
        where = "/".join(map(str, error.instance_path))
        yield f"{done} /{where}: {error.message[:300]}"


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    whole = json.loads(schema) | {"components": _document()["components"]}
    return Draft202012Validator(whole, validate_formats=True)


@functools.cache
def _document() -> Any:
    text = (ROOT / "docs" / "openapi.yaml").read_text("utf-8")
    return _closed(yaml.load(text, Loader=yaml.CSafeLoader))


def _closed(node: Any) -> Any:
    """The same, whose objects have the members that they name and no others."""
    if isinstance(node, list):
        return [_closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(part) for key, part in node.items()}
    if node.get("type") == "object" and "properties" in node:
        closed.setdefault("additionalProperties", False)
    return closed


def _bare(path: str) -> str:
    return re.sub(r"<[^>]*>|\{[^}]*\}", "{}", path)
