"""Defects found on units: open, put right by a later report, or void with the report withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import CharField, SerializerMethodField

from backend.accounts.models import User
from backend.api.filters import RegionFilter
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.inspections.answers import text_of_item
from backend.inspections.models import Defect, Severity
from backend.lib.paging import Order
from backend.lib.serializers import ModelSerializer


class DefectSerializer(ModelSerializer[Defect]):
    """A defect, by whom it was found, and by what it ended."""

    item_text: Any = SerializerMethodField()
    found_by = CharField(source="report.inspectors", help_text="As the report names them")
    void_reason: Any = SerializerMethodField()

    class Meta:
        model = Defect
        fields: Any = (
            "id", "unit", "report", "item", "item_text", "text", "severity", "photos", "found_on",
            "found_by", "closed_on", "closed_by_report", "voided_by", "void_reason",
        )  # fmt: skip
        read_only_fields: Any = fields

    @extend_schema_field(CharField())
    def get_item_text(self, defect: Defect) -> str:
        """What the checklist says of the item; empty for a defect of none."""
        return text_of_item(defect.report, defect.item)

    @extend_schema_field(CharField())
    def get_void_reason(self, defect: Defect) -> str:
        """Why the report that found it was withdrawn."""
        return defect.voided_by.reason if defect.voided_by else ""


class DefectFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which defects are filtered. ``since`` and ``until`` are days on which
    they were found."""

    unit = django_filters.NumberFilter(field_name="unit_id", min_value=1, max_value=BIGGEST_ID)
    region = RegionFilter(field_name="unit__region_id")
    using_entity = django_filters.NumberFilter(
        field_name="unit__using_entity_id", min_value=1, max_value=BIGGEST_ID
    )
    severity = django_filters.ChoiceFilter(choices=Severity.choices)
    open = django_filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull")
    since = django_filters.DateFilter(field_name="found_on", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="found_on", lookup_expr="lte")

    class Meta:
        model = Defect
        fields: Any = ()


class DefectResource(ListMixin, DetailMixin, Resource[Defect]):
    """Defects of the units that the signed-in user sees, newest first."""

    queryset = Defect.objects.all()
    serializer_class = DefectSerializer
    filterset_class = DefectFilter
    lookup_value_converter = "key"
    orders: ClassVar[Mapping[str, Order]] = {
        "-id": ("-id",),
        "id": ("id",),
        "found_on": ("found_on", "id"),
        "-found_on": ("-found_on", "-id"),
    }

    def visible_rows(self, user: User) -> QuerySet[Defect]:
        """The defects of the units that ``user`` may see."""
        told = ("report__checklist", "report__filed_by", "voided_by")
        return Defect.objects.visible_to(user).select_related(*told)
