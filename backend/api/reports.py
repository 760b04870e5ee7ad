"""Reports of inspectors: what was answered, item by item, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    IntegerField,
    JSONField,
    ListField,
    SerializerMethodField,
)

from backend.accounts.models import User
from backend.api.filters import RegionFilter
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.models import Item
from backend.fieldwork.serializers import BIGGEST_ID, AnswerField
from backend.inspections.answers import answered_items
from backend.inspections.models import Report
from backend.lib.paging import Order
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.models import Conclusion, InspectionKind


class AnswerSerializer(Serializer[Any]):
    """One item of the checklist with its answer."""

    id = CharField()
    text = CharField()
    text_en = CharField()
    type = ChoiceField(choices=["pass_fail", "number", "text"])
    unit = CharField(allow_blank=True, help_text="Of a measured value")
    answer = AnswerField(allow_null=True, help_text="pass, fail or na; a number; a text")


class OriginalSerializer(Serializer[Any]):
    """What the phone sent of a report that staff repaired or took over."""

    sent_by = CharField()
    item: Any = JSONField(help_text="The item of the outbox, word for word")


class ReportSerializer(ModelSerializer[Report]):
    """A report as filed, and whether it is in force as a record of its unit."""

    record = IntegerField(source="record_id", allow_null=True)
    state = ChoiceField(choices=Report.State.choices)
    checklist = CharField(source="checklist.code")
    checklist_version = IntegerField(source="checklist.version")
    checklist_title = CharField(source="checklist.title")
    answers: Any = SerializerMethodField()
    inspectors = CharField(help_text="As the report names them")
    body = IntegerField(source="body_id", allow_null=True)
    body_name = CharField(source="body.name", default="")
    flags = ListField(child=CharField(), source="doubts", help_text="In what it contradicts itself")
    filed_by = CharField(help_text="In whose name it is")
    original: Any = SerializerMethodField(help_text="Null where its maker filed it himself")
    defects: Any = SerializerMethodField(help_text="Numbers of the defects found")
    closed_defects: Any = SerializerMethodField(help_text="Numbers of the defects put right")

    class Meta:
        model = Report
        fields: Any = (
            "id", "unit", "record", "state", "kind", "happened_on", "conclusion",
            "conclusion_reason", "flags", "checklist", "checklist_version", "checklist_title",
            "answers", "defects", "closed_defects", "inspectors", "body", "body_name", "report_no",
            "opinion_notice_no", "opinion_answered_on", "safety_grade", "monitored_months",
            "stated_next_on", "remark", "tag_code", "device_time", "received_at", "filed_by",
            "original",
        )  # fmt: skip
        read_only_fields: Any = fields

    @extend_schema_field(AnswerSerializer(many=True))
    def get_answers(self, report: Report) -> Any:
        """Every item of the checklist, answered or not."""
        rows = [{"unit": "", **row.item, "answer": row.answer} for row in answered_items(report)]
        return AnswerSerializer(rows, many=True).data

    @extend_schema_field(OriginalSerializer(allow_null=True))
    def get_original(self, report: Any) -> Any:
        """What the phone sent, and in whose name; null where its maker filed it himself."""
        for item in report.repaired:
            told = {"sent_by": str(item.user), "item": item.sent_document}
            return OriginalSerializer(told).data
        return None

    @extend_schema_field(ListField(child=IntegerField()))
    def get_defects(self, report: Report) -> list[int]:
        """The defects that it found."""
        return sorted(defect.pk for defect in report.defects.all())

    @extend_schema_field(ListField(child=IntegerField()))
    def get_closed_defects(self, report: Report) -> list[int]:
        """The defects that it closed."""
        return sorted(defect.pk for defect in report.closed_defects.all())


class ReportFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which reports are filtered."""

    unit = django_filters.NumberFilter(field_name="unit_id", min_value=1, max_value=BIGGEST_ID)
    region = RegionFilter(field_name="unit__region_id")
    using_entity = django_filters.NumberFilter(
        field_name="unit__using_entity_id", min_value=1, max_value=BIGGEST_ID
    )
    kind = django_filters.ChoiceFilter(choices=InspectionKind.choices)
    conclusion = django_filters.ChoiceFilter(choices=Conclusion.choices)
    since = django_filters.DateFilter(field_name="happened_on", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="happened_on", lookup_expr="lte")

    class Meta:
        model = Report
        fields: Any = ()


class ReportResource(ListMixin, DetailMixin, Resource[Report]):
    """Reports on the units that the signed-in user sees, and those he filed; newest first."""

    queryset = Report.objects.all()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    lookup_value_converter = "uuid"
    orders: ClassVar[Mapping[str, Order]] = {
        "-received_at": ("-received_at", "-id"),
        "received_at": ("received_at", "id"),
        "-happened_on": ("-happened_on", "-id"),
        "happened_on": ("happened_on", "id"),
    }

    def visible_rows(self, user: User) -> QuerySet[Report]:
        """The reports that ``user`` may see."""
        rows = Report.objects.visible_to(user).with_record()
        rows = rows.select_related("checklist", "filed_by", "body")
        repaired = Prefetch("items", Item.objects.stated_by_others(), to_attr="repaired")
        return rows.prefetch_related("defects", "closed_defects", repaired)
