"""ETag, If-None-Match and If-Match (RFC 9110 section 13), so that no edit overwrites another."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.etags import client_has_etag, header_names_etag
from backend.lib.problems import Refused

IF_MATCH_HEADER = OpenApiParameter(
    name="If-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    required=True,
    description="The ETag that was read; 428 without it, 412 when the thing has changed.",
)
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


def require_match(request: Request, data: Any) -> None:
    """Refuse an edit of something else than ``data``: 428 without If-Match, 412 for another."""
    if "If-Match" not in request.headers:
        text = _("Send the ETag that you read as If-Match.")
        raise Refused("precondition-required", text, status=428)
    if not header_names_etag(request.headers["If-Match"], make_etag(data), weak=False):
        raise Refused("precondition-failed", _("It has changed. Read it again."), status=412)
