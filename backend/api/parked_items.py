"""Items from the field that staff must look at (待处理外勤数据)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    IntegerField,
    JSONField,
    ListField,
    SerializerMethodField,
)

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.parsers import check_storable_json
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.actions import settle_parked_item
from backend.fieldwork.models import Item
from backend.lib.serializers import ModelSerializer, Serializer


class HeldItemSerializer(ModelSerializer[Item]):
    """A field item, and why it is held or waits."""

    user_name = CharField(source="user", read_only=True)
    missing = ListField(child=CharField(), read_only=True)
    record = IntegerField(source="report.record_id", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Item
        fields: Any = (
            "id", "item_id", "kind", "state", "code", "detail", "errors", "flags", "user",
            "user_name", "region", "device", "app", "made_at", "moment", "skew", "received_at",
            "settled_at", "settled_by", "stated_by", "missing", "record",
        )  # fmt: skip
        read_only_fields: Any = fields


class HeldItemAsItCameSerializer(HeldItemSerializer):
    """A field item word for word as it came, and what staff put in its place."""

    item: Any = SerializerMethodField()

    class Meta(HeldItemSerializer.Meta):
        fields: Any = (*HeldItemSerializer.Meta.fields, "item", "mended")
        read_only_fields: Any = fields

    def get_item(self, item: Item) -> dict[str, Any]:
        """The JSON that the phone sent."""
        return item.sent_document


class RepairSerializer(Serializer[Any]):
    """The body in the place of the one that came; left out, that is tried again."""

    body = JSONField(required=False, validators=[check_storable_json])
    without_photos = BooleanField(
        default=False, help_text="Accept a report whose photos never came; it is flagged"
    )
    without_predecessor = BooleanField(
        default=False,
        help_text="Accept an item whose earlier one is not in the register; it is flagged",
    )


class ParkedItemResource(ListMixin, DetailMixin, Resource[Item]):
    """Items that the register could not take, kept word for word until staff repair them."""

    queryset = Item.objects.all()
    serializer_class = HeldItemSerializer
    lookup_value_converter = "key"
    rights = {"settle": (Right.JUDGE_FIELDWORK,)}

    def get_serializer_class(self) -> type[HeldItemSerializer]:
        """A body may be large, so only one item shows it."""
        return HeldItemSerializer if self.action == "list" else HeldItemAsItCameSerializer

    def visible_rows(self, user: User) -> QuerySet[Item]:
        """The items of the jurisdiction that are held or have waited for days, for those who
        judge them."""
        held = Item.objects.judged_by(user).for_staff().with_missing_photos()
        held = held.select_related("user", "report__issue")
        return held.defer("raw", "mended") if self.action == "list" else held

    @extend_schema(request=RepairSerializer, responses=HeldItemAsItCameSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Try the item again, with another body where one is given; the original is kept."""
        given = RepairSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        settled = settle_parked_item(
            actor=signed_in_user(request), item=int(pk), **given.validated_data
        )
        return Response(HeldItemAsItCameSerializer(settled).data)
