"""Whether a condition of a request names an ETag (RFC 9110 section 8.8.3.2 and 13.1)."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request


def reader_has(request: Request | HttpRequest, etag: str) -> bool:
    """Whether If-None-Match says that the reader has what ``etag`` names: the answer is 304."""
    given = request.headers.get("If-None-Match", "")
    return request.method in {"GET", "HEAD"} and listed(given, etag, weak=True)


def listed(given: str, tag: str, *, weak: bool) -> bool:
    """Whether the header ``given`` is ``*`` or lists ``tag``.

    ``weak`` compares without the mark W/, as If-None-Match wants; If-Match does not.
    """
    tags = [part.strip() for part in given.split(",")]
    if weak:
        tags, tag = [part.removeprefix("W/") for part in tags], tag.removeprefix("W/")
    return tag in tags or "*" in tags
