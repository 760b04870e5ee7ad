"""The header Idempotency-Key: sending the same thing twice files it once."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from backend.lib.problems import Refused

IDEMPOTENCY_HEADER = "Idempotency-Key"

IDEMPOTENCY_PARAMETER = OpenApiParameter(
    name=IDEMPOTENCY_HEADER,
    # Clients made of the document put a value of the format uuid into the header as it is, an object.
    type=str,
    pattern="^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
    location=OpenApiParameter.HEADER,
    required=True,
    description="A UUID made by the sender. The same key with the same body is filed once.",
)


def read_idempotency_key(request: Request) -> uuid.UUID:
    """The request's idempotency key; raises Refused 400 when it is missing or not a UUID."""
    text = request.headers.get(IDEMPOTENCY_HEADER, "")
    try:
        return uuid.UUID(text)
    except ValueError:
        detail = _("Send a UUID as Idempotency-Key, the same again when you repeat the request.")
        raise Refused("idempotency-key-missing", detail, status=400) from None
