"""The calendar feed of the signed-in user: its secret address made, renewed, ended."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.api.actors import signed_in_user
from backend.api.calendars.serializers import FeedSerializer
from backend.calendars.feeds import end_feed, renew_feed, write_address
from backend.calendars.models import CalendarFeed
from backend.lib.parameters import refuse_unknown


class FeedView(APIView):
    """One's own feed."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="calendar_feed", responses=FeedSerializer)
    def get(self, request: Request) -> Response:
        """Whether there is one. Its address was told when it was made."""
        refuse_unknown(request, frozenset())
        feed = CalendarFeed.objects.filter(user=signed_in_user(request)).first()
        return Response(_describe_feed(feed, None))

    @extend_schema(operation_id="calendar_feed_renew", request=None, responses=FeedSerializer)
    def put(self, request: Request) -> Response:
        """Make it, or give it another address; the one before leads nowhere from now on."""
        feed, token = renew_feed(actor=signed_in_user(request))
        headers = {"Cache-Control": "no-store"}
        return Response(_describe_feed(feed, write_address(token)), headers=headers)

    @extend_schema(operation_id="calendar_feed_end", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Let its address lead nowhere."""
        end_feed(actor=signed_in_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _describe_feed(feed: CalendarFeed | None, address: str | None) -> Any:
    made_at = feed and feed.made_at
    return FeedSerializer({"exists": feed is not None, "made_at": made_at, "address": address}).data
