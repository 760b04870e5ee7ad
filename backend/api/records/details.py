"""What each stage of the lifecycle says beyond the common part, for reading and for filing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import CharField, PrimaryKeyRelatedField

from backend.directory.models import Authority, LegalEntity
from backend.lib.serializers import ModelSerializer
from backend.units.models import (
    Accident,
    Design,
    Inspection,
    Installation,
    Manufacture,
    Record,
    Registration,
    Repair,
    Scrap,
    Stage,
    Stop,
    Transfer,
    Withdrawal,
)
from geo.models import Region

MODEL_BY_STAGE: Mapping[str, type[Record]] = {
    Stage.DESIGN: Design,
    Stage.MANUFACTURE: Manufacture,
    Stage.INSTALLATION: Installation,
    Stage.REGISTRATION: Registration,
    Stage.INSPECTION: Inspection,
    Stage.REPAIR: Repair,
    Stage.ACCIDENT: Accident,
    Stage.TRANSFER: Transfer,
    Stage.STOP: Stop,
    Stage.SCRAP: Scrap,
    Stage.WITHDRAWAL: Withdrawal,
}


class KeyField(PrimaryKeyRelatedField[Any]):
    """A row by its number. JSON has numbers, as 1e400, that are none of Python's integers."""

    def to_internal_value(self, data: Any) -> Any:
        """The row; raises ValidationError."""
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("does_not_exist", pk_value=data)


@extend_schema_field(OpenApiTypes.INT)
class EntityField(KeyField):
    """A legal entity anywhere, or a natural person that the signed-in user may see."""

    def get_queryset(self) -> QuerySet[LegalEntity]:
        """The entities that may be named."""
        return LegalEntity.objects.nameable_by(self.context["request"].user)


@extend_schema_field(OpenApiTypes.INT)
class InspectionField(KeyField):
    """An earlier inspection of the same unit."""

    def get_queryset(self) -> QuerySet[Inspection]:
        """The inspections that may be named."""
        return Inspection.objects.filter(unit=self.context["unit"])


def build_related_field(related: type[Model], *, required: bool) -> Any:
    """The field that names a row of ``related`` by its key."""
    options: dict[str, Any] = {"required": required, "allow_null": not required}
    if related is LegalEntity:
        return EntityField(queryset=LegalEntity.objects.none(), **options)
    if related is Inspection:
        return InspectionField(queryset=Inspection.objects.none(), **options)
    if related is Region:
        regions = Region.objects.defer("boundary", "label_point")
        key = CharField(max_length=6)
        return PrimaryKeyRelatedField(queryset=regions, pk_field=key, **options)
    if related is Authority:
        return KeyField(queryset=Authority.objects.all(), **options)
    raise ImproperlyConfigured(f"no field names a {related.__name__}")


def _build_details_serializer(model: type[Record]) -> type[ModelSerializer[Any]]:
    own = [field for field in model._meta.local_fields if not field.primary_key]
    members: dict[str, Any] = {
        field.name: build_related_field(
            cast(type[Model], field.related_model), required=not field.null
        )
        for field in own
        if field.is_relation and field.editable
    }
    meta = type("Meta", (), {"model": model, "fields": [field.name for field in own]})
    members |= {"Meta": meta, "__doc__": model.__doc__, "__module__": __name__}
    return type(f"{model.__name__}DetailsSerializer", (ModelSerializer,), members)


SERIALIZER_BY_STAGE: Mapping[str, type[ModelSerializer[Any]]] = {
    stage: _build_details_serializer(model) for stage, model in MODEL_BY_STAGE.items()
}
