"""What somebody decided, and what he began (已办, 我发起): to be read, the newest first."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.matters.inbox import done_of, started_of
from mobile_api.base_views import DeviceView, signed_in_user
from mobile_api.matter_rows import describe_begun, describe_decided
from mobile_api.matter_serializers import PastPageShape
from mobile_api.pages import read_page

_PAGING = [
    OpenApiParameter("cursor", str, description="From ``next``"),
    OpenApiParameter("limit", int),
]


class DecidedMattersView(DeviceView):
    """``GET matters/decided``."""

    parameters = frozenset({"cursor", "limit"})
    chosen_first = True

    @extend_schema(
        operation_id="mobile_decided_matters", parameters=_PAGING, responses=PastPageShape
    )
    def get(self, request: Request) -> Response:
        """What the user decided, for himself or as a substitute; once for each decision."""
        rows = done_of(signed_in_user(request)).select_related("matter__office")
        page = read_page(self, request, rows)
        return Response({"results": list(map(describe_decided, page.rows)), "next": page.next})


class BegunMattersView(DeviceView):
    """``GET matters/begun``."""

    parameters = frozenset({"cursor", "limit"})
    chosen_first = True

    @extend_schema(operation_id="mobile_begun_matters", parameters=_PAGING, responses=PastPageShape)
    def get(self, request: Request) -> Response:
        """What the user began."""
        rows = started_of(signed_in_user(request)).select_related("office")
        page = read_page(self, request, rows)
        return Response({"results": list(map(describe_begun, page.rows)), "next": page.next})
