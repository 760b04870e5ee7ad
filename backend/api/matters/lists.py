"""What somebody does with the list of matters: takes it away as a table, keeps its filters."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_HEADER, IF_MATCH_HEADER, require_match, respond_with_etag
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.jobs import LOCATION_HEADER, JobSerializer, accepted_response
from backend.api.matters.bodies import read_body
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.jobs.models import Job
from backend.lib.serializers import ModelSerializer, Serializer
from backend.matters.export_tables import KIND
from backend.matters.exports import FORMS, order_export
from backend.matters.lists import CLOSED, OPEN, OVERDUE
from backend.matters.models import SavedFilter
from backend.matters.saved_filters import delete_filter, rename_filter, save_filter


class AskedSerializer(Serializer[Any]):
    """What the list is narrowed by; what is left out or empty narrows nothing."""

    kind = CharField(max_length=24, required=False, allow_blank=True)
    state = CharField(max_length=24, required=False, allow_blank=True)
    office = CharField(max_length=24, required=False, allow_blank=True, help_text="Its code")
    text = CharField(min_length=2, max_length=80, required=False, help_text="Of title or number")
    open = ChoiceField(choices=[OPEN, OVERDUE, CLOSED], required=False, allow_blank=True)


class ExportOrderSerializer(AskedSerializer):
    """A table of the list, narrowed so."""

    form = ChoiceField(choices=list(FORMS))


class NameSerializer(Serializer[Any]):
    """What a filter is called."""

    name = CharField(max_length=40)


class SavedFilterEntrySerializer(NameSerializer):
    """A filter to keep."""

    asked = AskedSerializer()


class SavedFilterSerializer(ModelSerializer[SavedFilter]):
    """A filter of the list."""

    asked = AskedSerializer()

    class Meta:
        model = SavedFilter
        fields: Any = ("id", "name", "asked")


class ExportResource(ListMixin, DetailMixin, Resource[Job]):
    """Tables of the list of matters that the signed-in user ordered."""

    queryset = Job.objects.all()
    serializer_class = JobSerializer
    lookup_value_converter = "uuid"

    def visible_rows(self, user: User) -> QuerySet[Job]:
        """The user's own."""
        return Job.objects.visible_to(user).filter(kind=KIND)

    @extend_schema(
        request=ExportOrderSerializer, parameters=[IDEMPOTENCY_PARAMETER, LOCATION_HEADER],
        responses={202: JobSerializer},
    )  # fmt: skip
    def create(self, request: Request) -> Response:
        """Order a table of what the list shows when it is written; watch the job, then fetch it."""
        key, asked = read_idempotency_key(request), read_body(request, ExportOrderSerializer)
        form = asked.pop("form")
        job = order_export(actor=signed_in_user(request), form=form, asked=asked, key=key)
        return accepted_response(request, job)


class SavedFilterResource(ListMixin, DetailMixin, Resource[SavedFilter]):
    """Filters of the list of matters that the signed-in user keeps."""

    queryset = SavedFilter.objects.all()
    serializer_class = SavedFilterSerializer
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[SavedFilter]:
        """The user's own."""
        return SavedFilter.objects.visible_to(user)

    @extend_schema(
        request=SavedFilterEntrySerializer, parameters=[IDEMPOTENCY_PARAMETER, ETAG_HEADER],
        responses={201: SavedFilterSerializer},
    )  # fmt: skip
    def create(self, request: Request) -> Response:
        """Keep a filter under a name; the same key again keeps one."""
        key, facts = read_idempotency_key(request), read_body(request, SavedFilterEntrySerializer)
        row, _new = save_filter(actor=signed_in_user(request), key=key, **facts)
        data = SavedFilterSerializer(row).data
        return respond_with_etag(request, data, code=status.HTTP_201_CREATED)

    @extend_schema(
        request=NameSerializer, parameters=[IF_MATCH_HEADER, ETAG_HEADER],
        responses=SavedFilterSerializer,
    )  # fmt: skip
    def partial_update(self, request: Request, pk: str) -> Response:
        """Call it otherwise."""
        row = rename_filter(
            actor=signed_in_user(request),
            number=int(pk),
            unchanged=lambda row: require_match(request, SavedFilterSerializer(row).data),
            **read_body(request, NameSerializer),
        )
        return respond_with_etag(request, SavedFilterSerializer(row).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Keep it no longer."""
        delete_filter(actor=signed_in_user(request), number=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
