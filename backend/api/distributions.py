"""Distributions (分发): what the offices of the signed-in user sent, and who has not signed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, IntegerField

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.deliveries import (
    BIGGEST_ID,
    DeliveryFilter,
    DeliverySerializer,
    DistributionSerializer,
    PassingOnSerializer,
    with_what_is_shown,
)
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.mailroom import SitsInMailroom
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.deliveries.actions import send_paper
from backend.deliveries.models import Delivery, Distribution
from backend.deliveries.receipts import count_receipts
from backend.deliveries.urge import urge_receivers
from backend.lib.serializers import Serializer


class ReceiptsSerializer(Serializer[Any]):
    """How many stand where, in the whole tree."""

    sent = IntegerField()
    opened = IntegerField()
    signed = IntegerField()
    returned = IntegerField()
    recalled = IntegerField()


class DistributionWithReceiptsSerializer(DistributionSerializer):
    """A distribution with how far it has come."""

    receipts = ReceiptsSerializer(read_only=True)

    class Meta(DistributionSerializer.Meta):
        fields = (*DistributionSerializer.Meta.fields, "receipts")
        read_only_fields = fields

    def to_representation(self, instance: Distribution) -> dict[str, Any]:
        """The document; the receipts are counted for it."""
        shown = DistributionSerializer(instance).data
        return {**shown, "receipts": ReceiptsSerializer(count_receipts(instance)).data}


class NewDistributionSerializer(PassingOnSerializer):
    """Which paper goes from which office to which."""

    paper = IntegerField(min_value=1, max_value=BIGGEST_ID)
    sender_office = IntegerField(min_value=1, max_value=BIGGEST_ID)
    title = CharField(max_length=200, required=False, allow_blank=True)


class UrgedSerializer(Serializer[Any]):
    """How many were urged."""

    urged = IntegerField()


class DistributionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which distributions are filtered."""

    paper = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)
    office = django_filters.NumberFilter(
        field_name="sender", min_value=1, max_value=BIGGEST_ID, label="The sender"
    )

    class Meta:
        model = Distribution
        fields: Any = ()


class DistributionResource(ListMixin, DetailMixin, Resource[Distribution]):
    """What was sent from the offices in whose line the signed-in user has a post."""

    queryset = Distribution.objects.all()
    serializer_class = DistributionSerializer
    filterset_class = DistributionFilter
    lookup_value_converter = "key"
    permission_classes = (SitsInMailroom,)

    def get_serializer_class(self) -> type[DistributionSerializer]:
        """The serializer: a single one tells how far it has come."""
        return DistributionSerializer if self.action == "list" else _ONE

    def visible_rows(self, user: User) -> QuerySet[Distribution]:
        """Those that ``user`` sees."""
        return Distribution.objects.visible_to(user).select_related("sender", "paper")

    @extend_schema(
        request=NewDistributionSerializer,
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={
            200: DistributionWithReceiptsSerializer,
            201: DistributionWithReceiptsSerializer,
        },
    )
    def create(self, request: Request) -> Response:
        """Send an issued paper to offices; 200 where the key sent it before."""
        key = read_idempotency_key(request)
        given = NewDistributionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made, new = send_paper(actor=signed_in_user(request), key=key, **given.validated_data)
        return Response(
            self.get_serializer(made).data,
            status=status.HTTP_201_CREATED if new else status.HTTP_200_OK,
        )

    @extend_schema(request=None, responses=UrgedSerializer)
    @action(detail=True, methods=["post"])
    def urging(self, request: Request, pk: str) -> Response:
        """Urge all below it who have not signed; 429 where they were urged just now."""
        urged = urge_receivers(actor=signed_in_user(request), distribution=int(pk))
        return Response({"urged": urged})


class ReceiptResource(ListMixin, Resource[Delivery]):
    """The whole tree below a distribution that the signed-in user sees."""

    queryset = Delivery.objects.all()
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter

    def visible_rows(self, user: User) -> QuerySet[Delivery]:
        """Those below the distribution of the path; raises Http404 for a foreign one."""
        found = get_object_or_404(
            Distribution.objects.visible_to(user), pk=self.kwargs["distribution"]
        )
        return with_what_is_shown(Delivery.objects.descending_from(found))


_ONE = DistributionWithReceiptsSerializer
