"""Units in answers about places, and a tour over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    FloatField,
    IntegerField,
    SerializerMethodField,
)

from backend.api.positions import PositionSerializer
from backend.lib import clock
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.models import Unit
from backend.units.standing import Standing, standing_of
from geo.datum import Position
from geo.tour import TOUR_METHOD, metres_between, tour_length_m, visiting_order


class NearUnitSerializer(ModelSerializer[Unit]):
    """A unit in short; ``distance_m`` only where the question has one, ``score`` once computed."""

    category_name = CharField(source="category.name", read_only=True)
    position: Any = PositionSerializer(read_only=True, allow_null=True)
    score = IntegerField(read_only=True, allow_null=True)
    standing: Any = SerializerMethodField()
    distance_m: Any = SerializerMethodField()

    class Meta:
        model = Unit
        fields: Any = (
            "id", "device_code", "category", "category_name", "kind", "region", "address",
            "position", "status", "standing", "next_due_on", "open_defects", "score", "distance_m",
        )  # fmt: skip
        read_only_fields: Any = fields

    @extend_schema_field(ChoiceField(choices=Standing.choices))
    def get_standing(self, unit: Unit) -> str:
        """The status word of the unit today."""
        return str(standing_of(unit, clock.today()))

    @extend_schema_field(FloatField(allow_null=True))
    def get_distance_m(self, unit: Unit) -> float | None:
        """The metres from the place asked about; null where the question has none."""
        millimetres: int | None = getattr(unit, "away_mm", None)
        return None if millimetres is None else millimetres / 1000


class StopSerializer(Serializer[Any]):
    """One stop; ``leg_m`` from the one before."""

    unit = NearUnitSerializer()
    leg_m = FloatField()


class TourSerializer(Serializer[Any]):
    """Stops in order, and by which method the order was found."""

    method = CharField()
    metres = FloatField()
    stops = StopSerializer(many=True)


def build_tour(start: Position, units: Sequence[Unit]) -> dict[str, Any]:
    """The order to visit ``units`` in from ``start``, with the metres of each leg."""
    places = [(unit.position.x, unit.position.y) for unit in units if unit.position]
    order = visiting_order(start, places)
    way = [places[index] for index in order]
    legs = map(metres_between, (start, *way), way)
    return {
        "method": TOUR_METHOD,
        "metres": round(tour_length_m(start, way)),
        "stops": [
            {"unit": units[index], "leg_m": round(leg)}
            for index, leg in zip(order, legs, strict=True)
        ],
    }
