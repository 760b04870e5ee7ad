"""What the OpenAPI document says of records: one shape for each stage, told apart by ``stage``."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework.serializers import CharField, DateField, Serializer

from backend.api.details import MODELS, SERIALIZERS
from backend.units.models import Stage


def by_stage(name: str, common: type[Serializer[Any]]) -> PolymorphicProxySerializer:
    """``common`` once for each stage, with the details of that stage, as one of ``name``."""
    return PolymorphicProxySerializer(
        component_name=name,
        serializers={str(stage): _of_stage(stage, name, common) for stage in MODELS},
        resource_type_field_name="stage",
    )


def _of_stage(stage: str, name: str, common: type[Serializer[Any]]) -> type[Serializer[Any]]:
    members: dict[str, Any] = {
        "stage": _only(stage)(),
        "details": SERIALIZERS[stage](),
        "__doc__": common.__doc__,
        "__module__": __name__,
    }
    if stage != Stage.WITHDRAWAL:  # which may leave it out
        members["happened_on"] = DateField()
    return type(f"{MODELS[stage].__name__}{name}Serializer", (common,), members)


def _only(stage: str) -> type[CharField]:
    """A field that holds this word and no other."""
    field: type[CharField] = type("StageField", (CharField,), {})
    return extend_schema_field({"type": "string", "const": str(stage)})(field)
