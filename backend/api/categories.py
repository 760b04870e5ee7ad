"""The catalogue, read-only: public reference data for everybody who signed in."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters

from backend.accounts.models import User
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.lib.serializers import ModelSerializer
from backend.units.models import Category


class CategorySerializer(ModelSerializer[Category]):
    """One code of the catalogue."""

    class Meta:
        model = Category
        fields: Any = (
            "code", "parent", "level", "kind", "name", "name_en", "kind_name", "type_name", "leaf",
            "registered_for_use",
        )  # fmt: skip


class CategoryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which categories are filtered."""

    class Meta:
        model = Category
        fields: Any = ("kind", "level", "parent", "leaf", "registered_for_use")


class CategoryResource(ListMixin, DetailMixin, Resource[Category]):
    """The special equipment catalogue (特种设备目录)."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    filterset_class = CategoryFilter
    orders = {"code": ("code",), "-code": ("-code",)}
    lookup_field = "code"
    lookup_value_converter = "category"

    def visible_rows(self, user: User) -> QuerySet[Category]:
        """All categories, for the catalogue is published."""
        return Category.objects.all()
