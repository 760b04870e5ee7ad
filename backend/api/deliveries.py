"""Deliveries (收文): what came to the offices of the signed-in user, and what he does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, DateField, DateTimeField, IntegerField, ListField

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.incoming import RegisteredSerializer, respond_registered
from backend.api.mailroom import SitsInMailroom
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.deliveries.actions import (
    open_delivery,
    recall_delivery,
    redistribute_delivery,
    sign_for_delivery,
)
from backend.deliveries.models import Delivery, Distribution
from backend.incoming.registration import register_delivery, return_unregistered
from backend.lib.serializers import ModelSerializer, Serializer

BIGGEST_ID = 2**63 - 1
MOST_RECEIVERS = 1000


class DeliverySerializer(ModelSerializer[Delivery]):
    """What one office received: of which paper, from whom, and what became of it."""

    title = CharField(source="distribution.title", read_only=True)
    number = CharField(source="paper.number", read_only=True)
    note = CharField(source="distribution.note", read_only=True)
    sender = IntegerField(source="distribution.sender_id", read_only=True)
    sender_name = CharField(source="distribution.sender.name", read_only=True)
    receiver_name = CharField(source="receiver.name", read_only=True)
    sent_at = DateTimeField(source="distribution.sent_at", read_only=True)
    sign_by = DateField(source="distribution.sign_by", read_only=True, allow_null=True)
    signed_by_name = CharField(
        source="signed_by.display_name", read_only=True, default=None, allow_null=True
    )

    class Meta:
        model = Delivery
        fields: Any = (
            "id", "distribution", "paper", "title", "number", "note", "sender", "sender_name",
            "receiver", "receiver_name", "state", "sent_at", "sign_by", "opened_at", "signed_at",
            "signed_by_name", "ended_at", "reason", "urged_at",
        )  # fmt: skip
        read_only_fields: Any = fields


class DistributionSerializer(ModelSerializer[Distribution]):
    """What an office sent, and on which delivery it passes that on."""

    number = CharField(source="paper.number", read_only=True)
    sender_name = CharField(source="sender.name", read_only=True)

    class Meta:
        model = Distribution
        fields: Any = (
            "id", "paper", "number", "title", "note", "sender", "sender_name", "parent",
            "sign_by", "sent_at",
        )  # fmt: skip
        read_only_fields: Any = fields


class PassingOnSerializer(Serializer[Any]):
    """To which offices, with which words, by when to be signed for."""

    receiver_offices = ListField(
        child=IntegerField(min_value=1, max_value=BIGGEST_ID), max_length=MOST_RECEIVERS
    )
    note = CharField(max_length=400, required=False, allow_blank=True)
    sign_by = DateField(required=False, allow_null=True)


class ReturnSerializer(Serializer[Any]):
    """Why it goes back."""

    reason = CharField(max_length=400)


class DeliveryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which deliveries are filtered."""

    state = django_filters.ChoiceFilter(choices=Delivery.State.choices)
    office = django_filters.NumberFilter(
        field_name="receiver", min_value=1, max_value=BIGGEST_ID, label="The receiver"
    )

    class Meta:
        model = Delivery
        fields: Any = ()


def with_what_is_shown(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """``rows`` with all that the serializer reads."""
    return rows.select_related("distribution__sender", "paper", "receiver", "signed_by")


class DeliveryResource(ListMixin, DetailMixin, Resource[Delivery]):
    """What came to the offices of the signed-in user; one by one also what came from them or to
    offices below."""

    queryset = Delivery.objects.all()
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    lookup_value_converter = "key"
    permission_classes = (SitsInMailroom,)

    def visible_rows(self, user: User) -> QuerySet[Delivery]:
        """Those that came to an office of ``user``; of one that is named, all that he sees."""
        rows = Delivery.objects
        return with_what_is_shown(
            rows.received_by(user) if self.action == "list" else rows.visible_to(user)
        )

    @extend_schema(request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def opening(self, request: Request, pk: str) -> Response:
        """Open it: the paper can be read from now on, and is not recalled any more."""
        return self._change(request, pk, open_delivery)

    @extend_schema(request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def signature(self, request: Request, pk: str) -> Response:
        """Sign for it in the name of the office."""
        return self._change(request, pk, sign_for_delivery)

    @extend_schema(request=ReturnSerializer, responses=DeliverySerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, pk: str) -> Response:
        """Give it back to its sender with a reason."""
        given = ReturnSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._change(request, pk, return_unregistered, **given.validated_data)

    @extend_schema(request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def recall(self, request: Request, pk: str) -> Response:
        """Take back what the own office sent, before it was opened."""
        return self._change(request, pk, recall_delivery)

    @extend_schema(
        request=PassingOnSerializer,
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={200: DistributionSerializer, 201: DistributionSerializer},
    )
    @action(detail=True, methods=["post"])
    def redistribution(self, request: Request, pk: str) -> Response:
        """Pass it on to further offices; 200 where the key did so before."""
        key = read_idempotency_key(request)
        given = PassingOnSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made, new = redistribute_delivery(
            actor=signed_in_user(request), delivery=int(pk), key=key, **given.validated_data
        )
        return Response(
            DistributionSerializer(made).data,
            status=status.HTTP_201_CREATED if new else status.HTTP_200_OK,
        )

    @extend_schema(request=None, responses={200: RegisteredSerializer, 201: RegisteredSerializer})
    @action(detail=True, methods=["post"])
    def registration(self, request: Request, pk: str) -> Response:
        """Register what was signed for as an incoming document; 200 where that was done before."""
        made, new = register_delivery(actor=signed_in_user(request), delivery=int(pk))
        return respond_registered(made, new=new)

    def _change(
        self, request: Request, pk: str, change: Callable[..., Delivery], **facts: Any
    ) -> Response:
        """Change it, and answer with it as it stands then."""
        change(actor=signed_in_user(request), delivery=int(pk), **facts)
        return Response(self.get_serializer(self.get_object()).data)
