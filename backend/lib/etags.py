"""Whether a condition of a request names an ETag (RFC 9110 section 8.8.3.2 and 13.1)."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request


def client_has_etag(request: Request | HttpRequest, etag: str) -> bool:
    """Whether If-None-Match says that the reader has what ``etag`` names: the answer is 304."""
    given = request.headers.get("If-None-Match", "")
    return request.method in {"GET", "HEAD"} and header_names_etag(given, etag, weak=True)


def header_names_etag(header: str, etag: str, *, weak: bool) -> bool:
    """Whether the header ``header`` is ``*`` or lists ``etag``.

    ``weak`` compares without the mark W/, as If-None-Match wants; If-Match does not.
    """
    tags = [part.strip() for part in header.split(",")]
    if weak:
        tags, etag = [part.removeprefix("W/") for part in tags], etag.removeprefix("W/")
    return etag in tags or "*" in tags
