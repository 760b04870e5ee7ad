"""The header Idempotency-Key: sending the same thing twice files it once."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.actors import signed_in_user
from backend.lib.problems import Refused
from backend.repeats.actions import Answer, answer_once

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


OPTIONAL_IDEMPOTENCY_PARAMETER = OpenApiParameter(
    name=IDEMPOTENCY_HEADER,
    type=str,
    pattern=IDEMPOTENCY_PARAMETER.pattern,
    location=OpenApiParameter.HEADER,
    description="A UUID made by the sender. For a week the same key with the same body makes nothing"
    " again and is answered the same, without a secret that was shown once.",
)

View = Callable[..., Response]


def making_once(*, shown_once: str = "") -> Callable[[View], View]:
    """Decorator of a POST that makes something: the same Idempotency-Key makes it once.

    ``shown_once`` is the field of the answer that is told the first time alone. Without the header
    each request makes its own.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(resource: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            if IDEMPOTENCY_HEADER not in request.headers:
                return view(resource, request, *args, **kwargs)
            sent: list[Response] = []

            def make() -> Answer:
                sent.append(view(resource, request, *args, **kwargs))
                return _store_answer(sent[0], shown_once)

            kept = answer_once(
                actor=signed_in_user(request),
                key=read_idempotency_key(request),
                asked=[request.path, request.data],
                make=make,
            )
            return _response_of_stored(kept) if kept else sent[0]

        return answer

    return decorate


def _store_answer(response: Response, shown_once: str) -> Answer:
    document = json.loads(JSONRenderer().render(response.data))
    if shown_once:
        document[shown_once] = ""
    return Answer(response.status_code, document, response.headers.get("ETag", ""))


def _response_of_stored(kept: Answer) -> Response:
    headers = {"ETag": kept.etag} if kept.etag else None
    return Response(kept.document, status=kept.status, headers=headers)
