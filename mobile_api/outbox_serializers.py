"""The serializers of the outbox and its receipts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.fieldwork.models import Item
from backend.fieldwork.serializers import ClientIdField
from backend.lib.serializers import Serializer

DUPLICATE = "duplicate"
UNKNOWN = "unknown"


class OutboxItemShape(Serializer[Any]):
    """One item; ``body`` is that of a scan, a report or a correction."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=Item.Kind.choices)
    made_at = serializers.DateTimeField(help_text="By the phone's clock")
    after = serializers.UUIDField(required=False, help_text="An item that comes first")
    body = serializers.DictField()


class OutboxShape(Serializer[Any]):
    """A batch of items."""

    app = serializers.CharField(max_length=40, required=False, help_text="Version of the client")
    device_now = serializers.DateTimeField(
        required=False, help_text="The phone's clock at sending, to reckon its error by"
    )
    items = OutboxItemShape(many=True)


class ItemReceiptShape(Serializer[Any]):
    """What became of one item."""

    id = serializers.CharField(allow_null=True, help_text="As sent")
    state = serializers.ChoiceField(choices=[*Item.State.values, DUPLICATE, UNKNOWN])
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)
    errors = serializers.ListField(  # type: ignore[assignment]
        child=serializers.DictField(), required=False
    )
    missing = serializers.ListField(child=serializers.CharField(), required=False)
    flags = serializers.ListField(child=serializers.CharField(), required=False)
    stated_by = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="Staff in whose name it is, who repaired it or took it over",
    )
    received_at = serializers.DateTimeField(required=False)
    digest = serializers.CharField(required=False)
    record = serializers.IntegerField(required=False, allow_null=True)
    in_force = serializers.BooleanField(
        required=False, help_text="Whether the report is issued: it is the record ``record``"
    )


class ReceiptsShape(Serializer[Any]):
    """One receipt for each item, in order."""

    receipts = ItemReceiptShape(many=True)


class ReceiptIdsShape(Serializer[Any]):
    """The ids of the items asked about."""

    ids = serializers.ListField(child=ClientIdField(), max_length=1000)


class ReceiptPageShape(ReceiptsShape):
    """One page, newest first; ``open`` counts all that is not in the register yet."""

    next = serializers.CharField(allow_null=True)
    open = serializers.DictField(child=serializers.IntegerField())


def build_receipt(item: Item, *, again: bool = False) -> dict[str, Any]:
    """The receipt of an item read ``for_receipts``.

    ``again``: it was accepted before.
    """
    record = item.report.record_id if item.report else None
    return {
        "id": str(item.item_id) if item.item_id else item.sent_id or None,
        "state": DUPLICATE if again else item.state,
        "code": item.code,
        "detail": item.detail,
        "errors": item.errors,
        "missing": item.missing,
        "flags": item.flags,
        "stated_by": str(item.stated_by) if item.stated_by else None,
        "received_at": item.received_at.isoformat(),
        "digest": item.digest,
        "record": record,
        "in_force": record is not None,
    }
