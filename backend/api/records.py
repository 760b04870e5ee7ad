"""The lifecycle records of a unit: its timeline, and filing one more."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError as Contradiction
from django.db.models import CheckConstraint, Exists, OuterRef, Q, QuerySet
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
from backend.api.actors import actor_of
from backend.api.details import MODELS, SERIALIZERS
from backend.api.keys import KEY_PARAMETER, key_of
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.api.stages import by_stage
from backend.evidence.models import File
from backend.inspections.actions import withdraw_record
from backend.lib import clock
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.filing import file_record
from backend.units.models import Record, RecordEvidence, Stage, Unit
from backend.units.past import check_asked
from backend.units.timeline import IN_ORDER, TYPED, typed
from backend.units.warnings import comparable, warnings_of

CONTRADICTIONS = {
    "installation_ends_after_it_starts": _("The work cannot end before it starts."),
    "failed_states_no_next_date": _("A failed inspection states no next date."),
    "no_pass_with_open_opinion_notice": _("It cannot pass while its opinion notice is unanswered."),
    "safety_grade_1_to_5": _("A safety grade is one of 1 to 5."),
    "transfer_names_its_target": _("Name the region it moves to, or the new entity."),
}
"""What is told for each constraint of the tables of records."""


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
        """The typed part."""
        return SERIALIZERS[record.stage](typed(record), context=self.context).data

    def get_filed_by(self, record: Record) -> str | None:
        """Who filed it."""
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
        return WarningSerializer(warnings_of(record), many=True).data


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
        given = SERIALIZERS[attrs["stage"]](data=attrs["details"], context=self.context)
        unknown = sorted(set(attrs["details"]) - set(given.fields))
        if unknown:
            text = _("This stage has no such member.")
            raise ValidationError({"details": {name[:60]: [text] for name in unknown[:10]}})
        if not given.is_valid():
            raise ValidationError({"details": given.errors})
        attrs = attrs | {"details": dict(given.validated_data)}
        if attrs["stage"] == Stage.WITHDRAWAL:
            _require(attrs, "supersedes", _("Name the record that is withdrawn."))
            return attrs
        _require(attrs, "happened_on", _("Name the day."))
        refuse_contradictions(record_of(attrs))
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


def _require(attrs: dict[str, Any], name: str, text: Any) -> None:
    if attrs.get(name) is None:
        raise ValidationError({name: [text]})


def record_of(asked: dict[str, Any]) -> Record:
    """The record that was described, not yet filed."""
    return MODELS[asked["stage"]](
        stage=asked["stage"],
        happened_on=asked["happened_on"],
        remark=asked["remark"],
        **asked["details"],
    )


def refuse_contradictions(record: Record) -> None:
    """Say with names what the check constraints of the stage's table would refuse."""
    for constraint in record._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        try:
            constraint.validate(type(record), record)  # type: ignore[attr-defined]  # the stubs lack it
        except Contradiction:
            raise ValidationError({"details": [CONTRADICTIONS[constraint.name]]}) from None


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What a timeline can be narrowed to."""

    stage = django_filters.ChoiceFilter(choices=Stage.choices)
    since = django_filters.DateFilter(field_name="happened_on", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="happened_on", lookup_expr="lte")
    as_of = django_filters.DateFilter(
        field_name="happened_on", lookup_expr="lte", help_text="As until"
    )
    known_on = django_filters.DateFilter(
        method="known", help_text="As the timeline was at the end of this day in China"
    )
    in_force = django_filters.BooleanFilter(
        method="facts", help_text="Neither superseded nor withdrawn"
    )

    class Meta:
        model = Record
        fields: Any = ()

    def known(self, rows: QuerySet[Record], name: str, day: dt.date) -> QuerySet[Record]:
        """Those that were filed by then."""
        check_asked(**{name: day})
        return rows.filter(filed_at__lte=clock.end_of(day))

    def facts(self, rows: QuerySet[Record], _name: str, wanted: bool) -> QuerySet[Record]:  # noqa: FBT001
        """Those that count, or those that do not, by what was known."""
        day = self.form.cleaned_data["known_on"]
        later = Record.objects.filter(supersedes=OuterRef("pk"))
        if day is not None:
            later = later.filter(filed_at__lte=clock.end_of(day))
        count = ~Exists(later) & ~Q(stage=Stage.WITHDRAWAL)
        return rows.filter(count if wanted else ~count)


ANY_RECORD = by_stage("Record", RecordSerializer)
ANY_FILING = by_stage("Filing", FilingSerializer)


@extend_schema_view(
    list=extend_schema(responses=ANY_RECORD), retrieve=extend_schema(responses=ANY_RECORD)
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
        """The unit of the path, under the predicate."""
        units = Unit.objects.visible_to(actor_of(self.request)).select_related("category")
        return get_object_or_404(units, pk=self.kwargs["unit"])

    def visible(self, user: User) -> QuerySet[Record]:
        """Those of the unit in the path."""
        return _told().filter(unit=self.unit()).annotate(place=IN_ORDER[-1])

    def get_serializer_context(self) -> dict[str, Any]:
        """With the moment of which the timeline is told, if it is not the present."""
        context = dict(super().get_serializer_context())
        if getattr(self, "swagger_fake_view", False):
            return context
        day = parse_date(self.request.query_params.get("known_on", ""))
        return context | {"known_by": clock.end_of(day) if day else None}

    @extend_schema(
        parameters=[KEY_PARAMETER],
        request=ANY_FILING,
        responses={200: ANY_RECORD, 201: ANY_RECORD},
    )
    def create(self, request: Request, unit: str) -> Response:
        """File a record. The same key again: 200 for the same content, 409 for another."""
        key, actor = key_of(request), actor_of(request)
        found = self._unit_to_file_for(actor, key)
        given = FilingSerializer(data=request.data, context={"request": request, "unit": found})
        given.is_valid(raise_exception=True)
        filed, made = file_given(given, actor=actor, unit=found, key=key)
        code = status.HTTP_201_CREATED if made else status.HTTP_200_OK
        return Response(RecordSerializer(_told().get(pk=filed.pk)).data, status=code)

    def _unit_to_file_for(self, actor: User, key: uuid.UUID) -> Unit:
        """The unit of the path. Whoever moved it out of his sight may repeat that request."""
        mine = Record.objects.filter(client_id=key, filed_by=actor, unit=self.kwargs["unit"])
        filed = mine.select_related("unit__category").first()
        return filed.unit if filed else self.unit()


def _told() -> QuerySet[Record]:
    """Records with what their answer tells."""
    rows = comparable(Record.objects.select_related("filed_by", *TYPED))
    return rows.prefetch_related("evidence__file")


def file_given(
    given: FilingSerializer, *, actor: User, unit: Unit, key: uuid.UUID
) -> tuple[Record, bool]:
    """Hand the description to the action; the record, and whether it was filed now."""
    supersedes = None
    if given.validated_data.get("supersedes"):
        earlier = Record.objects.filter(unit=unit, pk=given.validated_data["supersedes"]).first()
        if earlier is None:
            raise ValidationError({"supersedes": [_("The unit has no such record.")]})
        supersedes = earlier
    if given.validated_data["stage"] == Stage.WITHDRAWAL:
        assert supersedes is not None  # the serializer saw to it
        return withdraw_record(
            actor=actor,
            unit=unit,
            withdrawn=supersedes,
            reason=given.validated_data["details"]["reason"],
            happened_on=given.validated_data.get("happened_on"),
            remark=given.validated_data["remark"],
            evidence=given.evidence_files(actor),
            client_id=key,
        )
    return file_record(
        actor=actor,
        unit=unit,
        record=record_of(given.validated_data),
        evidence=given.evidence_files(actor),
        supersedes=supersedes,
        client_id=key,
    )
