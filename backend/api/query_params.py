"""The checked query parameters of a view whose rows no filter of a model chooses."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from backend.api.filters import PAGING_PARAMS
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import Serializer


def read_query_params(
    request: Request, serializer_class: type[Serializer[Any]], *, paged: bool = True
) -> Any:
    """The checked query parameters; raises ValidationError (400) for one unknown or wrong."""
    fields = frozenset(serializer_class().fields)
    refuse_unknown(request, fields | PAGING_PARAMS if paged else fields)
    asked = {name: value for name, value in request.query_params.items() if name in fields}
    given = serializer_class(data=asked)
    given.is_valid(raise_exception=True)
    return given.validated_data
