"""The pack for the OpenAPI document; its rules stand in docs/field-protocol.md."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.lib.serializers import Serializer
from mobile_api.serializers import BodyShape, ChecklistShape


@extend_schema_field(
    {
        "type": "array",
        "items": {},
        "description": "[code, state, unit or null]; state is bound, void or free",
    }
)
class TagRowField(serializers.Field):  # type: ignore[type-arg]
    """A tag of the duty area."""


@extend_schema_field({"type": "array", "items": {"type": "array", "items": {}}})
class RowsField(serializers.Field):  # type: ignore[type-arg]
    """Small rows without names."""


@extend_schema_field({"type": ["array", "null"], "items": {}})
class RowField(serializers.Field):  # type: ignore[type-arg]
    """One row without names, or nothing."""


class CarriedUnitShape(Serializer[Any]):
    """A unit as phones carry it."""

    id = serializers.IntegerField()
    v = serializers.IntegerField(help_text="Version")
    code = serializers.CharField(allow_null=True, help_text="Of the tag in force")
    dc = serializers.CharField(allow_null=True, help_text="Device code")
    cert = serializers.CharField(allow_null=True, help_text="Certificate number")
    no = serializers.CharField(help_text="Internal number")
    cat = serializers.CharField(help_text="Category")
    name = serializers.CharField(help_text="Product name")
    user = serializers.CharField(allow_null=True, help_text="Using entity")
    tel = serializers.CharField(
        allow_null=True, help_text="Telephone of the using entity; a person's own is not told"
    )
    addr = serializers.CharField()
    reg = serializers.CharField(help_text="Region code")
    pos = RowField(help_text="[longitude, latitude]")
    st = serializers.CharField(help_text="Standing")
    due = RowsField(help_text="[clock kind, last, due, opens, own: the user's own check]")
    last = RowField(help_text="[kind, conclusion, date]")
    hold = RowsField(help_text="[rule, about, since, until]: why it must not be used, from when")
    grade = serializers.IntegerField(allow_null=True, help_text="Safety grade")


# ``def`` cannot be the name of an attribute written in a class.
CarriedUnitShape._declared_fields["def"] = RowsField(
    help_text="[id, item, text, severity, found on]"
)


class CarriedTaskShape(Serializer[Any]):
    """A task of these days."""

    id = serializers.IntegerField()
    unit = serializers.IntegerField()
    kind = serializers.CharField()
    on = serializers.DateField()
    note = serializers.CharField()


@extend_schema_field({"type": "array", "items": {}})
class FitRowField(serializers.Field):  # type: ignore[type-arg]
    """[category prefix, kind, conclusions, gives, repeats or none of the grade]."""


class PackShape(Serializer[Any]):
    """A page of the pack, or with ``cursor`` what has changed."""

    cursor = serializers.CharField(required=False, help_text="First page and changes")
    next = serializers.CharField(allow_null=True, required=False, help_text="Pages only")
    more = serializers.BooleanField(required=False, help_text="Changes only")
    units = CarriedUnitShape(many=True)
    gone = serializers.ListField(child=serializers.IntegerField(), required=False)
    tags = serializers.ListField(child=TagRowField())
    today = CarriedTaskShape(many=True, required=False, help_text="First page and changes")
    checklists = ChecklistShape(many=True, required=False)
    dictionaries = serializers.DictField(
        required=False,
        help_text="Chinese and English names by group and code; first page, and when they change",
    )
    fits = serializers.ListField(
        child=FitRowField(),
        required=False,
        help_text="Kinds of inspection and conclusions that fit; with the dictionaries",
    )
    body = BodyShape(
        allow_null=True, required=False, help_text="Of the user; with the dictionaries"
    )


class EstimateShape(Serializer[Any]):
    """How much of one duty."""

    units = serializers.IntegerField()
    bytes = serializers.IntegerField(help_text="Compressed, roughly")


class PackEstimateShape(EstimateShape):
    """How much the pack will be."""

    tasks = EstimateShape(help_text="With duty=tasks")
