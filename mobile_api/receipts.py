"""The receipts by which a phone learns whether everything of its user is on the server."""

from __future__ import annotations

import datetime as dt
import uuid

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
from mobile_api.base_views import DeviceView, device_token, signed_in_user
from mobile_api.decision_receipts import receipts_of_taken
from mobile_api.outbox_serializers import (
    UNKNOWN,
    ReceiptIdsShape,
    ReceiptPageShape,
    ReceiptsShape,
    build_receipt,
)
from mobile_api.pages import read_page

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
        mine = _items_since(signed_in_user(request), _read_since(request))
        page = read_page(self, request, mine.for_receipts())
        told = [build_receipt(item) for item in page.rows]
        return Response({"receipts": told, "next": page.next, "open": _count_open_items(mine)})

    @extend_schema(
        operation_id="mobile_receipts_asked", request=ReceiptIdsShape, responses=ReceiptsShape
    )
    def post(self, request: Request) -> Response:
        """The receipts of these items and decisions, in order; unknown ones say so."""
        asked = ReceiptIdsShape(data=request.data)
        asked.is_valid(raise_exception=True)
        ids = asked.validated_data["ids"]
        user = signed_in_user(request)
        items = _load_items_by_id(user, ids, device=device_token(request).device_id)
        told = receipts_of_taken(user, set(ids) - items.keys())
        told |= {name: build_receipt(item) for name, item in items.items()}
        unknown = {one: {"id": str(one), "state": UNKNOWN} for one in ids}
        return Response({"receipts": [(unknown | told)[one] for one in ids]})


def _load_items_by_id(
    user: User, ids: list[uuid.UUID], *, device: str
) -> dict[uuid.UUID | None, Item]:
    """For each id what this device sent under it last, else the item that counts.

    A phone whose content came second must hear of the conflict, not of the other's success.
    """
    rows = Item.objects.filter(user=user, item_id__in=ids).for_receipts().order_by("pk")
    counting = {item.item_id: item for item in rows if not item.rival}
    return counting | {item.item_id: item for item in rows if item.device == device}


def _items_since(user: User, since: dt.datetime) -> ItemQuerySet:
    return Item.objects.filter(user=user, received_at__gte=since)


def _count_open_items(mine: ItemQuerySet) -> dict[str, int]:
    counted = mine.exclude(state=Item.State.ACCEPTED).values_list("state").annotate(Count("pk"))
    return dict(counted.order_by())


def _read_since(request: Request) -> dt.datetime:
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
