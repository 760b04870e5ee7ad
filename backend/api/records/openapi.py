"""What the OpenAPI document says of records: one shape for each stage, told apart by ``stage``."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework.serializers import CharField, DateField, Serializer

from backend.api.records.details import MODEL_BY_STAGE, SERIALIZER_BY_STAGE
from backend.units.models import Stage


def build_stage_union(name: str, common: type[Serializer[Any]]) -> PolymorphicProxySerializer:
    """``common`` once for each stage with the details of that stage, as one of ``name``."""
    return PolymorphicProxySerializer(
        component_name=name,
        serializers={
            str(stage): _build_stage_serializer(stage, name, common) for stage in MODEL_BY_STAGE
        },
        resource_type_field_name="stage",
    )


def _build_stage_serializer(
    stage: str, name: str, common: type[Serializer[Any]]
) -> type[Serializer[Any]]:
    members: dict[str, Any] = {
        "stage": _constant_field(stage)(),
        "details": SERIALIZER_BY_STAGE[stage](),
        "__doc__": common.__doc__,
        "__module__": __name__,
    }
    if stage != Stage.WITHDRAWAL:  # which may leave it out
        members["happened_on"] = DateField()
    return type(f"{MODEL_BY_STAGE[stage].__name__}{name}Serializer", (common,), members)


def _constant_field(stage: str) -> type[CharField]:
    """A field that holds this word and no other."""
    field: type[CharField] = type("StageField", (CharField,), {})
    return extend_schema_field({"type": "string", "const": str(stage)})(field)
