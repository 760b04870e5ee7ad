"""Public places (公众聚集场所), read-only: published reference data."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters

from backend.accounts.models import User
from backend.api.filters import RegionFilter
from backend.api.positions import PositionSerializer
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.lib.serializers import ModelSerializer
from geo.models import PublicPlace


class PublicPlaceSerializer(ModelSerializer[PublicPlace]):
    """A place of order 57 article 9."""

    position: Any = PositionSerializer(read_only=True)

    class Meta:
        model = PublicPlace
        fields: Any = (
            "id", "code", "name", "category", "region", "address", "position", "source",
        )  # fmt: skip
        read_only_fields: Any = fields


class PublicPlaceFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which public places are filtered."""

    region = RegionFilter(field_name="region_id")

    class Meta:
        model = PublicPlace
        fields: Any = ("category",)


class PublicPlaceResource(ListMixin, DetailMixin, Resource[PublicPlace]):
    """Schools, hospitals and other places where many people gather."""

    queryset = PublicPlace.objects.all()
    serializer_class = PublicPlaceSerializer
    filterset_class = PublicPlaceFilter
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[PublicPlace]:
        """All public places, for anybody can see where they are."""
        return PublicPlace.objects.all()
