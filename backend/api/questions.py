"""The checked parameters of a question that no filter of a model answers."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from backend.api.filters import OF_PAGING
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import Serializer


def asked_of(request: Request, question: type[Serializer[Any]], *, paged: bool = True) -> Any:
    """The checked parameters; raises ValidationError (400) for one unknown or wrong."""
    fields = frozenset(question().fields)
    refuse_unknown(request, fields | OF_PAGING if paged else fields)
    asked = {name: value for name, value in request.query_params.items() if name in fields}
    given = question(data=asked)
    given.is_valid(raise_exception=True)
    return given.validated_data
