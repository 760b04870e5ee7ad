"""Checklists, read-only: the versions that were published, so that old reports can be read too."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django_filters import rest_framework as django_filters
from rest_framework.serializers import BooleanField, CharField, ChoiceField, FloatField

from backend.accounts.models import User
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.inspections.models import Checklist
from backend.lib import clock
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.models import InspectionKind


class ChecklistItemSerializer(Serializer[Any]):
    """One item: a verdict, a number within bounds, or a text."""

    id = CharField()
    text = CharField()
    text_en = CharField(required=False)
    type: Any = ChoiceField(choices=[(name, name) for name in ("pass_fail", "number", "text")])
    unit = CharField(required=False)
    min = FloatField(required=False)
    max = FloatField(required=False)
    required: Any = BooleanField(required=False)


class ChecklistSerializer(ModelSerializer[Checklist]):
    """One version; ``valid_to`` is the first day it was no longer valid."""

    items: Any = ChecklistItemSerializer(many=True, read_only=True)

    class Meta:
        model = Checklist
        fields: Any = (
            "id", "code", "version", "category_prefix", "inspection_kind", "title", "title_en",
            "items", "source", "valid_from", "valid_to",
        )  # fmt: skip
        read_only_fields: Any = fields


class ChecklistFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which checklists are filtered; ``on`` a day gives the versions then in
    force."""

    on = django_filters.DateFilter(method="filter_on", label="In force on this day")
    category = django_filters.CharFilter(
        method="filter_category", max_length=4, label="Meant for units of this category"
    )
    inspection_kind = django_filters.ChoiceFilter(
        method="filter_inspection_kind",
        choices=InspectionKind.choices,
        label="Meant for this inspection",
    )

    class Meta:
        model = Checklist
        fields: Any = ("code",)

    def filter_on(self, rows: QuerySet[Checklist], name: str, day: dt.date) -> QuerySet[Checklist]:
        """The versions in force on ``day``."""
        return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def filter_category(
        self, rows: QuerySet[Checklist], name: str, code: str
    ) -> QuerySet[Checklist]:
        """The checklists for every unit, and those whose prefix the category ``code`` begins
        with."""
        asked = rows.annotate(asked=Value(code))
        return asked.filter(Q(category_prefix="") | Q(asked__startswith=F("category_prefix")))

    def filter_inspection_kind(
        self, rows: QuerySet[Checklist], name: str, kind: str
    ) -> QuerySet[Checklist]:
        """The checklists for every inspection, and those for this kind."""
        return rows.filter(inspection_kind__in=["", kind])


class ChecklistResource(ListMixin, DetailMixin, Resource[Checklist]):
    """Checklists (检验项目表)."""

    queryset = Checklist.objects.all()
    serializer_class = ChecklistSerializer
    filterset_class = ChecklistFilter
    orders = {"code": ("code", "-version"), "-valid_from": ("-valid_from", "-id")}
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[Checklist]:
        """All checklists that were published; those of a later day are still being written."""
        return Checklist.objects.filter(valid_from__lte=clock.today())
