"""Authorities, read-only: the published tree of three levels with its history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as django_filters
from rest_framework.serializers import SlugRelatedField

from backend.accounts.models import User
from backend.api.filters import RegionFilter
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.directory.models import Authority
from backend.lib.serializers import ModelSerializer


class AuthoritySerializer(ModelSerializer[Authority]):
    """One authority; ``valid_to`` is the first day it no longer existed."""

    parent: Any = SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Authority
        fields: Any = ("code", "name", "level", "parent", "region", "valid_from", "valid_to")


class AuthorityFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which authorities are filtered."""

    region = RegionFilter(field_name="region_id")
    parent = django_filters.CharFilter(field_name="parent__code", max_length=12)
    on = django_filters.DateFilter(method="filter_on", label="Existing on this day")

    class Meta:
        model = Authority
        fields: Any = ("level",)

    def filter_on(self, rows: QuerySet[Authority], name: str, day: dt.date) -> QuerySet[Authority]:
        """The authorities that existed on ``day``."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return rows.filter(begun, Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class AuthorityResource(ListMixin, DetailMixin, Resource[Authority]):
    """Supervising authorities (监管机构)."""

    queryset = Authority.objects.all()
    serializer_class = AuthoritySerializer
    filterset_class = AuthorityFilter
    orders = {"code": ("code",), "-code": ("-code",)}
    lookup_field = "code"
    lookup_value_converter = "tag"

    def visible_rows(self, user: User) -> QuerySet[Authority]:
        """All authorities, for who supervises is published."""
        return Authority.objects.select_related("parent")
