"""Imports: a table of units goes in, figures and the bad rows come out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django_filters import rest_framework as django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    DictField,
    FileField,
    IntegerField,
    ListField,
    SerializerMethodField,
)

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.jobs import LOCATION_HEADER, JobSerializer, accepted_response
from backend.api.mappings import TrialSerializer
from backend.api.parsers import BoundedMultiPartParser
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.exchange.actions import start_import
from backend.exchange.kept_mappings import try_table
from backend.exchange.mapping import get_mapping, template_csv
from backend.exchange.notes import merge_notes
from backend.jobs.models import Job
from backend.jobs.results import result_url
from backend.lib.parameters import refuse_unknown
from backend.lib.problems import Refused, not_found
from backend.lib.serializers import Serializer

_FORM_BYTES = 64 * 1024
"""Bytes of a form beside its file: the other fields and the boundaries."""


class ImportOrderSerializer(Serializer[Any]):
    """The table, .csv or .xlsx, and the mapping that tells which column means what."""

    file = FileField(max_length=255, allow_empty_file=True)
    mapping = CharField(max_length=60, default="native")


class NoteSerializer(Serializer[Any]):
    """One thing told of a row that was taken: what stands in the register, and what came."""

    line = IntegerField()
    column = CharField()
    code = CharField()
    stands = CharField(allow_blank=True)
    came = CharField(allow_blank=True)


class NotesSerializer(Serializer[Any]):
    """What is told of rows that were taken: all counted, by code too; the first of them in full."""

    count = IntegerField()
    codes = DictField(child=IntegerField())
    rows: Any = NoteSerializer(many=True)


class ReadTableSerializer(Serializer[Any]):
    """How the file was read, and what of it was not: columns that mean nothing here, other sheets,
    cells that were merged (only the first of them holds the text)."""

    header_line = IntegerField(required=False)
    encoding = CharField(required=False)
    separator = CharField(required=False)
    sheet = CharField(required=False)
    unread_columns = ListField(child=CharField(), required=False)
    other_sheets = ListField(child=CharField(), required=False)
    merged_cells = ListField(child=CharField(), required=False)


class ImportSerializer(JobSerializer):
    """An import with its progress and its figures."""

    name: Any = SerializerMethodField()
    mapping: Any = SerializerMethodField()
    counts: Any = SerializerMethodField()
    has_bad_rows: Any = SerializerMethodField()
    notes: Any = SerializerMethodField()
    table: Any = SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = (
            "id", "name", "mapping", "state", "total", "done", "progress", "counts",
            "has_bad_rows", "notes", "table", "error", "created_at", "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_name(self, job: Job) -> str:
        """What the file was called."""
        return str(job.parameters.get("name", ""))

    def get_mapping(self, job: Job) -> str:
        """How its columns were read."""
        return str(job.parameters.get("mapping", ""))

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_counts(self, job: Job) -> dict[str, int]:
        """Rows ``read``, ``created``, ``updated``, ``unchanged`` and ``bad``, once finished."""
        return {name: value for name, value in job.result.items() if type(value) is int}

    def get_has_bad_rows(self, job: Job) -> bool:
        """Whether ``bad-rows`` holds a file."""
        return bool(job.result.get("bad_rows"))

    @extend_schema_field(NotesSerializer)
    def get_notes(self, job: Job) -> dict[str, Any]:
        """What the register keeps otherwise than the table has it."""
        return job.result.get("notes") or merge_notes(None, ())

    @extend_schema_field(ReadTableSerializer)
    def get_table(self, job: Job) -> dict[str, Any]:
        """How the file was read, once it has been."""
        return job.result.get("table") or {}


class ImportFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which imports are filtered."""

    class Meta:
        model = Job
        fields: Any = ("state",)


class ImportResource(ListMixin, DetailMixin, Resource[Job]):
    """Imports of tables of units (批量导入)."""

    queryset = Job.objects.all()
    serializer_class = ImportSerializer
    filterset_class = ImportFilter
    parser_classes: Any = (BoundedMultiPartParser,)
    lookup_value_converter = "uuid"
    rights = {"create": (Right.IMPORT_UNITS,), "trial": (Right.IMPORT_UNITS,)}

    def visible_rows(self, user: User) -> QuerySet[Job]:
        """The imports that the signed-in user ordered."""
        return Job.objects.visible_to(user).filter(kind="import")

    @extend_schema(
        parameters=[IDEMPOTENCY_PARAMETER, LOCATION_HEADER],
        request={"multipart/form-data": ImportOrderSerializer},
        responses={202: JobSerializer},
    )
    def create(self, request: Request) -> Response:
        """Import a table in the background; watch the job. The same key and file: the same job."""
        key = read_idempotency_key(request)
        _refuse_too_large(request)
        given = ImportOrderSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        table, mapping = given.validated_data["file"], given.validated_data["mapping"]
        job = start_import(
            actor=signed_in_user(request),
            stream=table,
            name=table.name,
            mapping=mapping,
            key=str(key),
        )
        return accepted_response(request, job)

    @extend_schema(
        operation_id="imports_trial",
        request={"multipart/form-data": ImportOrderSerializer},
        responses=TrialSerializer,
    )
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def trial(self, request: Request) -> Response:
        """Read the first 100 rows of a table, and write nothing."""
        _refuse_too_large(request)
        given = ImportOrderSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        table, mapping = given.validated_data["file"], given.validated_data["mapping"]
        actor = signed_in_user(request)
        by = get_mapping(mapping, actor)
        tried = try_table(actor=actor, stream=table.file, name=table.name, mapping=by)
        bad = [dict(zip(("line", "column", "reason"), row, strict=True)) for row in tried.bad]
        told = {"table": tried.table, "columns": tried.columns, "good": tried.good, "bad": bad}
        return Response(TrialSerializer(told).data)

    @extend_schema(
        operation_id="imports_bad_rows",
        parameters=[LOCATION_HEADER],
        responses={302: OpenApiResponse(description="A short-lived address of the CSV")},
        filters=False,
    )
    @action(detail=True, url_path="bad-rows", pagination_class=None, filterset_class=None)
    def bad_rows(self, request: Request, pk: str) -> HttpResponse:
        """The rows that were not taken, each with line, column and reason, to mend and send again."""
        address = result_url(self.get_object(), "bad_rows")
        if address is None:
            raise not_found(_("The import has no bad rows, or is not finished yet."))
        return HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})

    @extend_schema(
        operation_id="imports_template",
        responses={(200, "text/csv"): OpenApiTypes.STR},
        filters=False,
    )
    @action(detail=False, url_path="template.csv", pagination_class=None, filterset_class=None)
    def template(self, request: Request) -> HttpResponse:
        """The header line of the native table, as CSV that Excel opens."""
        refuse_unknown(request, frozenset())
        names = {"Content-Disposition": 'attachment; filename="units.csv"'}
        return HttpResponse(template_csv(), content_type="text/csv; charset=utf-8", headers=names)


def _refuse_too_large(request: Request) -> None:
    """Refuse by the announced length, before the body is written to disk."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if (
        length.isascii()
        and length.isdigit()
        and int(length) > settings.IMPORT_MAX_BYTES + _FORM_BYTES
    ):
        text = _("The file is too large. Split it.")
        raise Refused("too-large", text, field="file", status=413)
