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

from backend.lib.etags import listed, reader_has
from backend.lib.problems import Refused

IF_MATCH = OpenApiParameter(
    name="If-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    required=True,
    description="The ETag that was read; 428 without it, 412 when the thing has changed.",
)
ETAG = OpenApiParameter(
    name="ETag",
    type=str,
    location=OpenApiParameter.HEADER,
    required=True,
    response=[200, 201],
    description="Names this very content; for If-Match and If-None-Match",
)
IF_NONE_MATCH = OpenApiParameter(
    name="If-None-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    description="The ETag that was read; 304 when nothing has changed.",
)
READ = [IF_NONE_MATCH, ETAG]
"""What the document says of a reading by :func:`tagged`."""


def etag_of(data: Any) -> str:
    """A strong tag of a representation."""
    return f'"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'


def tagged(request: Request, data: Any, *, code: int = status.HTTP_200_OK) -> Response:
    """The answer with its ETag, or 304 when the reader has it already."""
    tag = etag_of(data)
    return not_modified(request, tag) or Response(data, status=code, headers={"ETag": tag})


def not_modified(request: Request, etag: str) -> Response | None:
    """304 when the reader has what ``etag`` names already."""
    if reader_has(request, etag):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
    return None


def require_match(request: Request, data: Any) -> None:
    """Refuse an edit of something else than ``data``: 428 without If-Match, 412 for another."""
    if "If-Match" not in request.headers:
        text = _("Send the ETag that you read as If-Match.")
        raise Refused("precondition-required", text, status=428)
    if not listed(request.headers["If-Match"], etag_of(data), weak=False):
        raise Refused("precondition-failed", _("It has changed. Read it again."), status=412)
