"""Positions and routes in requests and answers: any datum in, WGS-84 out."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import LineString, Point
from rest_framework.serializers import ChoiceField, ListField

from backend.lib.numbers import FiniteField
from backend.lib.serializers import Serializer
from geo.datum import Datum

DATUMS = [datum.value for datum in Datum]


class _WholeSerializer(Serializer[Any]):
    """A member that is given whole or not at all, also where the body around it is partial."""

    def to_internal_value(self, data: Any) -> Any:
        """The values with their defaults. Raises ValidationError."""
        if self.parent is None or not getattr(self.root, "partial", False):
            return super().to_internal_value(data)
        given = type(self)(data=data)
        given.is_valid(raise_exception=True)
        return given.validated_data


class PositionSerializer(_WholeSerializer):
    """A point in degrees of ``datum``; always WGS84 when read."""

    lng = FiniteField(min_value=-180, max_value=180)
    lat = FiniteField(min_value=-90, max_value=90)
    datum: Any = ChoiceField(choices=DATUMS, default=Datum.WGS84.value)

    def to_representation(self, instance: Point) -> dict[str, Any]:
        """The stored point, in WGS-84."""
        return {"lng": instance.x, "lat": instance.y, "datum": Datum.WGS84.value}


class RouteSerializer(_WholeSerializer):
    """A line of [lng, lat] pairs in degrees of ``datum``; always WGS84 when read."""

    points: Any = ListField(
        child=ListField(
            child=FiniteField(min_value=-180, max_value=180), min_length=2, max_length=2
        ),
        min_length=2,
        max_length=10_000,
    )
    datum: Any = ChoiceField(choices=DATUMS, default=Datum.WGS84.value)

    def to_representation(self, instance: LineString) -> dict[str, Any]:
        """The stored line, in WGS-84."""
        return {"points": [list(pair) for pair in instance.coords], "datum": Datum.WGS84.value}
