"""The lifecycle records of a unit: its timeline, and filing one more."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    DictField,
    IntegerField,
    ListField,
    RegexField,
    SerializerMethodField,
    ValidationError,
)

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.records.details import MODEL_BY_STAGE, SERIALIZER_BY_STAGE
from backend.api.records.openapi import build_stage_union
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.evidence.models import File
from backend.inspections.actions import withdraw_record
from backend.lib import clock
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.filing import file_record
from backend.units.models import Record, RecordEvidence, Stage, Unit
from backend.units.past import check_past_days
from backend.units.stage_constraints import find_broken_constraint
from backend.units.timeline import IN_ORDER, TYPED, as_typed_record
from backend.units.warnings import list_warnings, with_comparisons


class EvidenceSerializer(ModelSerializer[RecordEvidence]):
    """A photo or paper that proves a record."""

    sha256 = CharField(source="file.sha256", read_only=True)
    media_type = CharField(source="file.media_type", read_only=True)

    class Meta:
        model = RecordEvidence
        fields: Any = ("file", "sha256", "media_type", "caption")
        read_only_fields: Any = fields


class WarningSerializer(Serializer[Any]):
    """What looks wrong without being a reason to refuse."""

    code = CharField(help_text="Stable, in kebab-case")
    text = CharField()


class RecordSerializer(ModelSerializer[Record]):
    """One event of a unit's life; ``details`` holds what its stage adds."""

    details: Any = SerializerMethodField()
    filed_by: Any = SerializerMethodField()
    evidence: Any = EvidenceSerializer(many=True, read_only=True)
    superseded_by: Any = SerializerMethodField()
    warnings: Any = SerializerMethodField()

    class Meta:
        model = Record
        fields: Any = (
            "id", "unit", "stage", "happened_on", "region", "filed_at", "filed_by", "device",
            "client_id", "remark", "supersedes", "superseded_by", "details", "evidence",
            "warnings",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_details(self, record: Record) -> Any:
        """What the stage of the record says beyond the common part."""
        return SERIALIZER_BY_STAGE[record.stage](as_typed_record(record), context=self.context).data

    def get_filed_by(self, record: Record) -> str | None:
        """The name of who filed it."""
        return str(record.filed_by) if record.filed_by else None

    def get_superseded_by(self, record: Record) -> int | None:
        """The correction or withdrawal that took its place, if it was known then."""
        later = getattr(record, "superseded_by", None)
        known_by = self.context.get("known_by")
        if later is None or (known_by is not None and later.filed_at > known_by):
            return None
        return int(later.pk)

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, record: Record) -> Any:
        """What looks wrong with it; nothing once it was replaced."""
        return WarningSerializer(list_warnings(record), many=True).data


class FilingSerializer(Serializer[Any]):
    """A record to file: the stage, the day, and what the stage asks for in ``details``."""

    stage: Any = ChoiceField(choices=Stage.choices)
    happened_on = DateField(
        required=False, help_text="A withdrawal may leave it out: the day of the record withdrawn"
    )
    details: Any = DictField(default=dict)
    evidence: Any = ListField(
        child=RegexField(r"^[0-9a-f]{64}$"), default=list, max_length=50, help_text="SHA-256"
    )
    supersedes = IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    remark = CharField(default="", allow_blank=True, max_length=4000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The details by their stage; unknown members are refused, not dropped."""
        given = SERIALIZER_BY_STAGE[attrs["stage"]](data=attrs["details"], context=self.context)
        unknown = sorted(set(attrs["details"]) - set(given.fields))
        if unknown:
            text = _("This stage has no such member.")
            raise ValidationError({"details": {name[:60]: [text] for name in unknown[:10]}})
        if not given.is_valid():
            raise ValidationError({"details": given.errors})
        attrs = attrs | {"details": dict(given.validated_data)}
        if attrs["stage"] == Stage.WITHDRAWAL:
            _require_member(attrs, "supersedes", _("Name the record that is withdrawn."))
            return attrs
        _require_member(attrs, "happened_on", _("Name the day."))
        check_stage_constraints(build_record(attrs))
        return attrs

    def evidence_files(self, actor: User) -> list[File]:
        """The files named, in the order named; raises ValidationError for one not uploaded."""
        hashes = list(dict.fromkeys(self.validated_data["evidence"]))
        known = {
            file.sha256: file for file in File.objects.sent_by([actor.pk]).filter(sha256__in=hashes)
        }
        missing = [digest for digest in hashes if digest not in known]
        if missing:
            text = _("Upload the photo %(sha256)s first.")
            raise ValidationError({"evidence": [text % {"sha256": missing[0]}]})
        return [known[digest] for digest in hashes]


def _require_member(attrs: dict[str, Any], name: str, text: Any) -> None:
    if attrs.get(name) is None:
        raise ValidationError({name: [text]})


def build_record(description: dict[str, Any]) -> Record:
    """The record that was described, not yet filed."""
    return MODEL_BY_STAGE[description["stage"]](
        stage=description["stage"],
        happened_on=description["happened_on"],
        remark=description["remark"],
        **description["details"],
    )


def check_stage_constraints(record: Record) -> None:
    """Refuse, with the names of the rules, what the check constraints of the stage's table would
    refuse."""
    if (text := find_broken_constraint(record)) is not None:
        raise ValidationError({"details": [text]})


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters to which a timeline can be narrowed."""

    stage = django_filters.ChoiceFilter(choices=Stage.choices)
    since = django_filters.DateFilter(field_name="happened_on", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="happened_on", lookup_expr="lte")
    as_of = django_filters.DateFilter(
        field_name="happened_on", lookup_expr="lte", help_text="As until"
    )
    known_on = django_filters.DateFilter(
        method="filter_known_on", help_text="As the timeline was at the end of this day in China"
    )
    in_force = django_filters.BooleanFilter(
        method="filter_in_force", help_text="Neither superseded nor withdrawn"
    )

    class Meta:
        model = Record
        fields: Any = ()

    def filter_known_on(self, rows: QuerySet[Record], name: str, day: dt.date) -> QuerySet[Record]:
        """The records that were filed by the end of ``day``."""
        check_past_days(**{name: day})
        return rows.filter(filed_at__lte=clock.end_of(day))

    def filter_in_force(self, rows: QuerySet[Record], _name: str, wanted: bool) -> QuerySet[Record]:  # noqa: FBT001
        """The records that count, or those that do not, by what was known."""
        day = self.form.cleaned_data["known_on"]
        later = Record.objects.filter(supersedes=OuterRef("pk"))
        if day is not None:
            later = later.filter(filed_at__lte=clock.end_of(day))
        count = ~Exists(later) & ~Q(stage=Stage.WITHDRAWAL)
        return rows.filter(count if wanted else ~count)


ANY_RECORD_SCHEMA = build_stage_union("Record", RecordSerializer)
ANY_FILING_SCHEMA = build_stage_union("Filing", FilingSerializer)


@extend_schema_view(
    list=extend_schema(responses=ANY_RECORD_SCHEMA),
    retrieve=extend_schema(responses=ANY_RECORD_SCHEMA),
)
class RecordResource(ListMixin, DetailMixin, Resource[Record]):
    """The timeline of one unit, newest first."""

    queryset = Record.objects.all()
    serializer_class = RecordSerializer
    filterset_class = RecordFilter
    orders = {
        "-happened_on": ("-happened_on", "-stands_at", "-place", "-id"),
        "happened_on": ("happened_on", "stands_at", "place", "id"),
    }
    lookup_value_converter = "key"
    rights = {
        "create": (
            Right.FILE_RECORD,
            Right.WITHDRAW_RECORD,
        )
    }

    def unit(self) -> Unit:
        """The unit that the path names, if the signed-in user sees it; else 404."""
        units = Unit.objects.visible_to(signed_in_user(self.request)).select_related("category")
        return get_object_or_404(units, pk=self.kwargs["unit"])

    def visible_rows(self, user: User) -> QuerySet[Record]:
        """The records of the unit that the path names."""
        return _records_with_relations().filter(unit=self.unit()).annotate(place=IN_ORDER[-1])

    def get_serializer_context(self) -> dict[str, Any]:
        """The context, with the moment by whose knowledge the timeline is told, if that is not
        now."""
        context = dict(super().get_serializer_context())
        if getattr(self, "swagger_fake_view", False):
            return context
        day = parse_date(self.request.query_params.get("known_on", ""))
        return context | {"known_by": clock.end_of(day) if day else None}

    @extend_schema(
        parameters=[IDEMPOTENCY_PARAMETER],
        request=ANY_FILING_SCHEMA,
        responses={200: ANY_RECORD_SCHEMA, 201: ANY_RECORD_SCHEMA},
    )
    def create(self, request: Request, unit: str) -> Response:
        """File a record. The same key again: 200 for the same content, 409 for another."""
        key, actor = read_idempotency_key(request), signed_in_user(request)
        found = self._unit_to_file_for(actor, key)
        given = FilingSerializer(data=request.data, context={"request": request, "unit": found})
        given.is_valid(raise_exception=True)
        filed, made = file_described_record(given, actor=actor, unit=found, key=key)
        code = status.HTTP_201_CREATED if made else status.HTTP_200_OK
        return Response(
            RecordSerializer(_records_with_relations().get(pk=filed.pk)).data, status=code
        )

    def _unit_to_file_for(self, actor: User, key: uuid.UUID) -> Unit:
        """The unit of the path. Whoever moved it out of his sight may repeat that request."""
        mine = Record.objects.filter(client_id=key, filed_by=actor, unit=self.kwargs["unit"])
        filed = mine.select_related("unit__category").first()
        return filed.unit if filed else self.unit()


def _records_with_relations() -> QuerySet[Record]:
    """Records with all rows that their serializer reads."""
    rows = with_comparisons(Record.objects.select_related("filed_by", *TYPED))
    return rows.prefetch_related("evidence__file")


def file_described_record(
    description: FilingSerializer, *, actor: User, unit: Unit, key: uuid.UUID
) -> tuple[Record, bool]:
    """File what the description says; the record, and whether it was filed now."""
    supersedes = None
    if description.validated_data.get("supersedes"):
        earlier = Record.objects.filter(
            unit=unit, pk=description.validated_data["supersedes"]
        ).first()
        if earlier is None:
            raise ValidationError({"supersedes": [_("The unit has no such record.")]})
        supersedes = earlier
    if description.validated_data["stage"] == Stage.WITHDRAWAL:
        assert supersedes is not None  # the serializer saw to it
        return withdraw_record(
            actor=actor,
            unit=unit,
            withdrawn=supersedes,
            reason=description.validated_data["details"]["reason"],
            happened_on=description.validated_data.get("happened_on"),
            remark=description.validated_data["remark"],
            evidence=description.evidence_files(actor),
            client_id=key,
        )
    return file_record(
        actor=actor,
        unit=unit,
        record=build_record(description.validated_data),
        evidence=description.evidence_files(actor),
        supersedes=supersedes,
        client_id=key,
    )
