"""What everybody may read: the guides, and how applications were decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.api.approvals.serializers import DecisionSerializer, GuideSerializer
from backend.api.resources import Resource
from backend.approvals.kinds import all_application_kinds
from backend.approvals.models import Application
from backend.approvals.public_decisions import decided_applications, tell_decision
from backend.lib.paging import Order
from backend.lib.parameters import refuse_unknown
from backend.lib.public_throttle import PublicThrottle


class GuideResource(Resource[Application]):
    """What can be applied for, by whom, by when, by which law, and with what."""

    queryset = Application.objects.none()
    serializer_class: Any = GuideSerializer
    permission_classes: Any = (AllowAny,)
    throttle_classes: Any = (PublicThrottle,)
    filter_backends: Any = ()
    pagination_class: Any = None

    @extend_schema(responses=GuideSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All guides, in the reader's language."""
        refuse_unknown(request, frozenset())
        guides: Any = list(all_application_kinds().values())
        return Response(GuideSerializer(guides, many=True).data)


class DecisionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which decisions are filtered."""

    kind = django_filters.CharFilter(max_length=24)
    outcome = django_filters.ChoiceFilter(
        field_name="matter__outcome", choices=[("granted", "granted"), ("refused", "refused")]
    )
    decided_on = django_filters.DateFilter()

    class Meta:
        model = Application
        fields: Any = ()


class DecisionResource(Resource[Application]):
    """How applications were decided; no personal data."""

    queryset = Application.objects.all()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter
    permission_classes: Any = (AllowAny,)
    throttle_classes: Any = (PublicThrottle,)
    orders: ClassVar[Mapping[str, Order]] = {"-id": ("-matter_id",), "id": ("matter_id",)}

    def visible_rows(self, user: User) -> QuerySet[Application]:
        """All that were decided, for anybody."""
        return decided_applications()

    def get_queryset(self) -> QuerySet[Application]:
        """The same for everybody, signed in or not."""
        return decided_applications()

    def list(self, request: Request) -> Response:
        """One page, the newest applications first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        told = [tell_decision(application) for application in page or ()]
        return self.get_paginated_response(DecisionSerializer(told, many=True).data)
