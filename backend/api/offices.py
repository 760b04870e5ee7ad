"""Offices (机构): authorities and bodies with their departments, to staff."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from rest_framework.serializers import SlugRelatedField

from backend.accounts.models import User
from backend.api.filters import RegionFilter
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer
from backend.offices.models import Office, OfficeQuerySet


class OfficeSerializer(ModelSerializer[Office]):
    """One office; ``valid_to`` is the first day it no longer existed, ``successor`` who took over."""

    authority: Any = SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Office
        fields: Any = (
            "id", "code", "name", "parent", "authority", "body", "region", "valid_from", "valid_to",
            "successor",
        )  # fmt: skip
        read_only_fields: Any = fields


class OfficeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which offices are filtered."""

    region = RegionFilter(field_name="region_id")
    parent = django_filters.NumberFilter(field_name="parent_id", min_value=1, max_value=BIGGEST_ID)
    name = django_filters.CharFilter(lookup_expr="contains", max_length=60)
    on = django_filters.DateFilter(method="filter_on", label="Existing on this day")

    class Meta:
        model = Office
        fields: Any = ()

    def filter_on(self, rows: OfficeQuerySet, _name: str, day: dt.date) -> OfficeQuerySet:
        """The offices that existed on ``day``."""
        return rows.in_force(day)


class OfficeResource(ListMixin, DetailMixin, Resource[Office]):
    """Where work is done."""

    queryset = Office.objects.all()
    serializer_class = OfficeSerializer
    filterset_class = OfficeFilter
    lookup_value_converter = "key"
    orders = {"code": ("code",), "-code": ("-code",)}

    def visible_rows(self, user: User) -> QuerySet[Office]:
        """Those that ``user`` may see."""
        return Office.objects.visible_to(user).select_related("authority")
