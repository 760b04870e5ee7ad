"""How a map's bytes go out: 304 by a tag known before the query, 204 when empty, gzip."""

from __future__ import annotations

import gzip
import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from backend.lib.etags import client_has_etag

_ANSWER_FORM = "2"
"""Grows when the shape of the answers changes."""
_WORTH_COMPRESSING = 500


class AnyAcceptNegotiation(BaseContentNegotiation):
    """Each address has one form; maps ask for it by many names, or by none."""

    def select_parser(self, request: Request, parsers: object) -> object:  # type: ignore[override]
        """The first parser; an address has no other."""
        return next(iter(parsers))  # type: ignore[call-overload]

    def select_renderer(
        self, request: Request, renderers: object, format_suffix: str | None = None
    ) -> tuple[object, str]:
        """The first renderer, whatever the client accepts."""
        renderer = next(iter(renderers))  # type: ignore[call-overload]
        return renderer, renderer.media_type


def compute_etag(*parts: object) -> str:
    """A weak ETag of the ``parts``: compressed or not, it is the same answer."""
    text = "\n".join(map(str, (_ANSWER_FORM, *parts)))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def not_modified_response(request: Request, etag: str) -> HttpResponse | None:
    """The answer 304 when the client already has what ``etag`` names; else None."""
    return _add_headers(HttpResponse(status=304), etag) if client_has_etag(request, etag) else None


def content_response(
    request: Request | HttpRequest, content: bytes, media_type: str, etag: str
) -> HttpResponse:
    """The answer 200 with ``content``, or 204 without; compressed where the client takes it."""
    if not content:
        return _add_headers(HttpResponse(status=204), etag)
    packed = len(content) > _WORTH_COMPRESSING and "gzip" in request.headers.get(
        "Accept-Encoding", ""
    )
    if packed:
        content = gzip.compress(content, compresslevel=4, mtime=0)
    answer = _add_headers(HttpResponse(content, content_type=media_type), etag)
    if packed:
        answer["Content-Encoding"] = "gzip"
    return answer


def _add_headers(answer: HttpResponse, etag: str) -> HttpResponse:
    if etag:
        answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache" if etag else "private, no-store"
    patch_vary_headers(answer, ("Authorization", "Cookie", "Accept-Encoding"))
    return answer
