"""Decisions that were taken on phones, with a network or without, in batches as the outbox sends them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mobile_api.base_views import DeviceView, signed_in_user
from mobile_api.decision_receipts import settle_decision
from mobile_api.matter_serializers import DecisionReceiptsShape, DecisionsShape
from mobile_api.outbox_quota import spend_item_quota


class DecisionsView(DeviceView):
    """``POST decisions``."""

    @extend_schema(
        operation_id="mobile_decisions", request=DecisionsShape, responses=DecisionReceiptsShape
    )
    def post(self, request: Request) -> Response:
        """Take each decision, or say why not, and answer with a receipt for each in the order sent."""
        batch = DecisionsShape(data=request.data)
        batch.is_valid(raise_exception=True)
        items: list[Any] = batch.validated_data["items"]
        actor = signed_in_user(request)
        spend_item_quota(actor, len(items))
        return Response({"receipts": [settle_decision(actor, item) for item in items]})
