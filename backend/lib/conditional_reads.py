"""Reading with ETag and If-None-Match (RFC 9110 section 13): what one has already is not sent again."""

from __future__ import annotations

import hashlib
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.etags import client_has_etag

ETAG_HEADER = OpenApiParameter(
    name="ETag",
    type=str,
    location=OpenApiParameter.HEADER,
    required=True,
    response=[200, 201],
    description="Names this very content; for If-Match and If-None-Match",
)
IF_NONE_MATCH_HEADER = OpenApiParameter(
    name="If-None-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    description="The ETag that was read; 304 when nothing has changed.",
)
ETAG_READ_HEADERS = [IF_NONE_MATCH_HEADER, ETAG_HEADER]
"""What the document says of a reading by :func:`respond_with_etag`."""


def make_etag(data: Any) -> str:
    """The strong ETag of a representation."""
    return f'"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'


def respond_with_etag(request: Request, data: Any, *, code: int = status.HTTP_200_OK) -> Response:
    """The response with its ETag, or 304 when the client has it already."""
    tag = make_etag(data)
    return not_modified_response(request, tag) or Response(data, status=code, headers={"ETag": tag})


def not_modified_response(request: Request, etag: str) -> Response | None:
    """The response 304 when the client has the content that ``etag`` names already, else None."""
    if client_has_etag(request, etag):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
    return None
