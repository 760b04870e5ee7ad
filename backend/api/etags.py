"""If-Match (RFC 9110 section 13), so that no edit overwrites another; and what reading has of ETags."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from backend.lib.conditional_reads import (
    ETAG_HEADER,
    ETAG_READ_HEADERS,
    IF_NONE_MATCH_HEADER,
    make_etag,
    not_modified_response,
    respond_with_etag,
)
from backend.lib.etags import header_names_etag
from backend.lib.problems import Refused

__all__ = (
    "ETAG_HEADER",
    "ETAG_READ_HEADERS",
    "IF_MATCH_HEADER",
    "IF_NONE_MATCH_HEADER",
    "make_etag",
    "not_modified_response",
    "require_match",
    "respond_with_etag",
)

IF_MATCH_HEADER = OpenApiParameter(
    name="If-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    required=True,
    description="The ETag that was read; 428 without it, 412 when the thing has changed.",
)


def require_match(request: Request, data: Any) -> None:
    """Refuse an edit of something else than ``data``: 428 without If-Match, 412 for another."""
    if "If-Match" not in request.headers:
        text = _("Send the ETag that you read as If-Match.")
        raise Refused("precondition-required", text, status=428)
    if not header_names_etag(request.headers["If-Match"], make_etag(data), weak=False):
        raise Refused("precondition-failed", _("It has changed. Read it again."), status=412)
