"""Is everything of mine on the server?"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db.models import Count
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.fieldwork.models import Item, ItemQuerySet
from backend.lib import clock
from backend.lib.clock import SHANGHAI
from backend.lib.paging import KeysetPagination
from mobile_api.doors import DeviceView, actor_of, token_of
from mobile_api.items import (
    UNKNOWN,
    AskedShape,
    ReceiptPageShape,
    ReceiptsShape,
    receipt_of,
)

RECEIPT_DAYS = 90


class ReceiptsView(DeviceView):
    """``GET`` and ``POST receipts``."""

    parameters = frozenset({"since", "cursor", "limit"})

    @extend_schema(
        operation_id="mobile_receipts",
        parameters=[
            OpenApiParameter("since", dt.date, description="First day; at most 90 days back"),
            OpenApiParameter("cursor", str, description="From ``next``"),
            OpenApiParameter("limit", int),
        ],
        responses=ReceiptPageShape,
    )
    def get(self, request: Request) -> Response:
        """The user's receipts of 90 days from all his devices, newest first."""
        mine = _mine(actor_of(request), _since(request))
        pages = KeysetPagination()
        rows = pages.paginate_queryset(mine.for_receipts(), request, self)
        link = pages.get_paginated_response([]).data["next"]
        told = [receipt_of(item) for item in rows]
        return Response({"receipts": told, "next": _cursor(link), "open": _open(mine)})

    @extend_schema(
        operation_id="mobile_receipts_asked", request=AskedShape, responses=ReceiptsShape
    )
    def post(self, request: Request) -> Response:
        """The receipts of these items, in order; unknown ones say so."""
        asked = AskedShape(data=request.data)
        asked.is_valid(raise_exception=True)
        ids = asked.validated_data["ids"]
        found = _by_id(actor_of(request), ids, device=token_of(request).device_id)
        return Response({"receipts": [_told(one, found.get(one)) for one in ids]})


def _told(asked: uuid.UUID, item: Item | None) -> dict[str, Any]:
    return {"id": str(asked), "state": UNKNOWN} if item is None else receipt_of(item)


def _by_id(user: User, ids: list[uuid.UUID], *, device: str) -> dict[uuid.UUID | None, Item]:
    """For each id what this device sent under it last, else the item that counts.

    A phone whose content came second must hear of the conflict, not of the other's success.
    """
    rows = Item.objects.filter(user=user, item_id__in=ids).for_receipts().order_by("pk")
    counting = {item.item_id: item for item in rows if not item.rival}
    return counting | {item.item_id: item for item in rows if item.device == device}


def _mine(user: User, since: dt.datetime) -> ItemQuerySet:
    return Item.objects.filter(user=user, received_at__gte=since)


def _open(mine: ItemQuerySet) -> dict[str, int]:
    counted = mine.exclude(state=Item.State.ACCEPTED).values_list("state").annotate(Count("pk"))
    return dict(counted.order_by())


def _since(request: Request) -> dt.datetime:
    first = clock.now() - dt.timedelta(days=RECEIPT_DAYS)
    text = request.query_params.get("since")
    if not text:
        return first
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({"since": [_("Give a day as YYYY-MM-DD.")]})
    return max(first, dt.datetime.combine(day, dt.time.min, tzinfo=SHANGHAI))


def _cursor(link: str | None) -> str | None:
    return parse_qs(urlsplit(link).query)["cursor"][0] if link else None
