"""Inspection bodies, read-only: the list of approved bodies is published."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as django_filters
from rest_framework.serializers import CharField

from backend.accounts.models import User
from backend.api.filters import RegionFilter
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.directory.models import InspectionBody
from backend.lib.serializers import ModelSerializer


class BodySerializer(ModelSerializer[InspectionBody]):
    """An approved inspection body."""

    name = CharField(source="entity.name", read_only=True)
    region: Any = CharField(source="entity.region_id", read_only=True, allow_null=True)

    class Meta:
        model = InspectionBody
        fields: Any = ("entity", "name", "region", "approval_no", "approved_until", "kinds")
        read_only_fields: Any = fields


class BodyFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which inspection bodies are filtered."""

    region = RegionFilter(field_name="entity__region_id")
    kind = django_filters.CharFilter(field_name="kinds", lookup_expr="contains", max_length=1)
    approved_on = django_filters.DateFilter(
        method="filter_approved_on", label="Approved on this day"
    )

    class Meta:
        model = InspectionBody
        fields: Any = ("approval_no",)

    def filter_approved_on(
        self, rows: QuerySet[InspectionBody], name: str, day: dt.date
    ) -> QuerySet[InspectionBody]:
        """The bodies whose approval had not ended on ``day``."""
        return rows.filter(Q(approved_until__isnull=True) | Q(approved_until__gte=day))


class BodyResource(ListMixin, DetailMixin, Resource[InspectionBody]):
    """Inspection bodies (检验机构)."""

    queryset = InspectionBody.objects.all()
    serializer_class = BodySerializer
    filterset_class = BodyFilter
    orders = {"-id": ("-entity_id",), "id": ("entity_id",)}
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[InspectionBody]:
        """All bodies, for who may inspect is published."""
        return InspectionBody.objects.select_related("entity")
