"""How a map's bytes go out: 304 by a tag known before the query, 204 when empty, gzip."""

from __future__ import annotations

import gzip
import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from backend.lib.etags import reader_has

_FORM = "2"
"""Grows when the shape of the answers changes."""
_WORTH_PACKING = 500


class AnyAccept(BaseContentNegotiation):
    """Each address has one form; maps ask for it by many names, or by none."""

    def select_parser(self, request: Request, parsers: object) -> object:  # type: ignore[override]
        """The first."""
        return next(iter(parsers))  # type: ignore[call-overload]

    def select_renderer(
        self, request: Request, renderers: object, format_suffix: str | None = None
    ) -> tuple[object, str]:
        """The first."""
        renderer = next(iter(renderers))  # type: ignore[call-overload]
        return renderer, renderer.media_type


def tag_of(*parts: object) -> str:
    """A weak tag: packed or not, it is the same answer."""
    text = "\n".join(map(str, (_FORM, *parts)))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def not_modified(request: Request, etag: str) -> HttpResponse | None:
    """304 when the reader has what ``etag`` names."""
    return _headed(HttpResponse(status=304), etag) if reader_has(request, etag) else None


def sent(request: Request | HttpRequest, content: bytes, media_type: str, tag: str) -> HttpResponse:
    """200 with ``content``, or 204 without."""
    if not content:
        return _headed(HttpResponse(status=204), tag)
    packed = len(content) > _WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", "")
    if packed:
        content = gzip.compress(content, compresslevel=4, mtime=0)
    answer = _headed(HttpResponse(content, content_type=media_type), tag)
    if packed:
        answer["Content-Encoding"] = "gzip"
    return answer


def _headed(answer: HttpResponse, tag: str) -> HttpResponse:
    if tag:
        answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache" if tag else "private, no-store"
    patch_vary_headers(answer, ("Authorization", "Cookie", "Accept-Encoding"))
    return answer
