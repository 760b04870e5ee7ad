"""How much goes at once, said beforehand: a client never finds a limit out by being refused."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.serializers import Serializer
from mobile_api.base_views import DeviceView
from mobile_api.receipts import RECEIPT_DAYS
from mobile_api.uploads import TUS_VERSION

PACK_PAGE_UNITS = 1000


class TusLimitsShape(Serializer[Any]):
    """The limits of uploads in pieces."""

    version = serializers.CharField()
    max_size = serializers.IntegerField(help_text="Bytes")
    max_unfinished = serializers.IntegerField(help_text="Begun by one user and not finished")


class LimitsShape(Serializer[Any]):
    """Every limit of this door."""

    outbox_max_items = serializers.IntegerField()
    outbox_max_bytes = serializers.IntegerField()
    outbox_max_item_bytes = serializers.IntegerField()
    outbox_max_per_span = serializers.IntegerField(help_text="Items of a user in ten minutes")
    photo_max_bytes = serializers.IntegerField()
    photo_max_pixels = serializers.IntegerField()
    photo_max_pixels_jpeg = serializers.IntegerField(help_text="Of a JPEG, decoded small")
    tus = TusLimitsShape()
    receipt_days = serializers.IntegerField()
    pack_page_units = serializers.IntegerField()


class LimitsView(DeviceView):
    """``GET limits``."""

    @extend_schema(operation_id="mobile_limits", responses=LimitsShape)
    def get(self, request: Request) -> Response:
        """The limits in force."""
        tus = {
            "version": TUS_VERSION,
            "max_size": settings.PHOTO_MAX_BYTES,
            "max_unfinished": settings.UPLOADS_MAX_UNFINISHED,
        }
        return Response(
            {
                "outbox_max_items": settings.OUTBOX_MAX_ITEMS,
                "outbox_max_bytes": settings.OUTBOX_MAX_BYTES,
                "outbox_max_item_bytes": settings.OUTBOX_MAX_ITEM_BYTES,
                "outbox_max_per_span": settings.OUTBOX_MAX_PER_SPAN,
                "photo_max_bytes": settings.PHOTO_MAX_BYTES,
                "photo_max_pixels": settings.PHOTO_MAX_PIXELS,
                "photo_max_pixels_jpeg": settings.PHOTO_MAX_PIXELS_JPEG,
                "tus": tus,
                "receipt_days": RECEIPT_DAYS,
                "pack_page_units": PACK_PAGE_UNITS,
            }
        )
