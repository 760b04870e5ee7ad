"""Papers (文书): drafts, numbers, issue, replacement, withdrawal, and fetching the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, DictField, IntegerField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_HEADER, IF_MATCH_HEADER, require_match, respond_with_etag
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.jobs import LOCATION_HEADER
from backend.api.paper_services import ServiceSerializer
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.lib.serializers import ModelSerializer, Serializer
from backend.papers.actions import (
    draft_paper,
    draft_replacement,
    edit_draft,
    issue_paper,
    register_paper,
    withdraw_paper,
)
from backend.papers.downloads import download_pdf
from backend.papers.models import Paper, Service

BIGGEST_ID = 2**63 - 1


class PaperSerializer(ModelSerializer[Paper]):
    """A paper as it stands."""

    template: Any = CharField(source="template.code", read_only=True)
    template_version = IntegerField(source="template.version", read_only=True)
    title = CharField(read_only=True)
    office_name = CharField(source="office.name", read_only=True)
    fields: Any = DictField(child=CharField(), read_only=True)

    class Meta:
        model = Paper
        fields: Any = (
            "id", "code", "template", "template_version", "title", "office", "office_name",
            "addressee", "fields", "state", "number", "series", "registered_on", "drafted_at",
            "issued_at", "replaces", "withdrawn_at", "withdrawal_reason", "job", "pdf_sha256",
            "pdf_size",
        )  # fmt: skip
        read_only_fields: Any = fields


class PaperWithServicesSerializer(PaperSerializer):
    """A paper with how it was served, oldest first."""

    services = ServiceSerializer(many=True, read_only=True)

    class Meta(PaperSerializer.Meta):
        fields = (*PaperSerializer.Meta.fields, "services")
        read_only_fields = fields


class WordsSerializer(Serializer[Any]):
    """The words of a draft."""

    addressee = CharField(max_length=120, required=False)
    fields: Any = DictField(
        child=CharField(allow_blank=True, trim_whitespace=False), required=False
    )


class DraftSerializer(WordsSerializer):
    """A draft: whose, by which template, to whom, with which words."""

    office = IntegerField(min_value=1, max_value=BIGGEST_ID)
    template = CharField(max_length=40)
    addressee = CharField(max_length=120)
    fields: Any = DictField(child=CharField(allow_blank=True, trim_whitespace=False))


class RegistrationSerializer(Serializer[Any]):
    """Which series gives the number, or the number that the host of a joint document gave."""

    series = IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)
    host_number = CharField(required=False, max_length=60)


class WithdrawalSerializer(Serializer[Any]):
    """Why it is withdrawn."""

    reason = CharField(max_length=400)


class PaperFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which papers are filtered."""

    state = django_filters.ChoiceFilter(choices=Paper.State.choices)
    office = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)
    template = django_filters.CharFilter(field_name="template__code", max_length=40)
    number = django_filters.CharFilter(max_length=60)

    class Meta:
        model = Paper
        fields: Any = ()


class PaperResource(ListMixin, DetailMixin, Resource[Paper]):
    """Papers of the offices in whose line the signed-in user has a post."""

    queryset = Paper.objects.all()
    serializer_class = PaperSerializer
    filterset_class = PaperFilter
    lookup_value_converter = "key"
    rights = dict.fromkeys(
        ("create", "partial_update", "replacement"), (Right.WRITE_PAPERS,)
    ) | dict.fromkeys(("registration", "issue", "withdrawal"), (Right.ISSUE_PAPERS,))

    def get_serializer_class(self) -> type[PaperSerializer]:
        """The serializer: a single paper shows its services too."""
        return PaperSerializer if self.action == "list" else PaperWithServicesSerializer

    def visible_rows(self, user: User) -> QuerySet[Paper]:
        """The papers that ``user`` may see."""
        papers = Paper.objects.visible_to(user).select_related("template", "office")
        if self.action == "list":
            return papers
        served = Service.objects.visible_to(user).select_related("proof").order_by("pk")
        return papers.prefetch_related(Prefetch("services", served))

    @extend_schema(
        request=DraftSerializer,
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={200: PaperWithServicesSerializer, 201: PaperWithServicesSerializer},
    )
    def create(self, request: Request) -> Response:
        """Draft a paper; 200 where the key made it before."""
        key = read_idempotency_key(request)
        given = DraftSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        paper, new = draft_paper(actor=signed_in_user(request), key=key, **given.validated_data)
        return self._respond(paper, new=new)

    @extend_schema(
        request=WordsSerializer,
        parameters=[IF_MATCH_HEADER, ETAG_HEADER],
        responses=PaperWithServicesSerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Write the words of a draft anew; 409 once it has a number."""
        given = WordsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with self._matching_paper(request, pk):
            edit_draft(actor=signed_in_user(request), paper=int(pk), **given.validated_data)
        return respond_with_etag(request, self.get_serializer(self.get_object()).data)

    @extend_schema(
        request=RegistrationSerializer,
        parameters=[IF_MATCH_HEADER],
        responses=PaperWithServicesSerializer,
    )
    @action(detail=True, methods=["post"])
    def registration(self, request: Request, pk: str) -> Response:
        """Give it its number, of the day in China; its words are frozen from now on."""
        given = RegistrationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with self._matching_paper(request, pk):
            register_paper(actor=signed_in_user(request), paper=int(pk), **given.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=PaperWithServicesSerializer)
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, pk: str) -> Response:
        """Make it valid; its PDF follows in the background, watch ``job``."""
        issue_paper(actor=signed_in_user(request), paper=int(pk))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        request=None,
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={200: PaperWithServicesSerializer, 201: PaperWithServicesSerializer},
    )
    @action(detail=True, methods=["post"])
    def replacement(self, request: Request, pk: str) -> Response:
        """Draft the paper that is to replace it."""
        key = read_idempotency_key(request)
        paper, new = draft_replacement(actor=signed_in_user(request), paper=int(pk), key=key)
        return self._respond(paper, new=new)

    @extend_schema(request=WithdrawalSerializer, responses=PaperWithServicesSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str) -> Response:
        """End it with a reason."""
        given = WithdrawalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        withdraw_paper(actor=signed_in_user(request), paper=int(pk), **given.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        operation_id="papers_pdf",
        parameters=[LOCATION_HEADER],
        responses={302: OpenApiResponse(description="The PDF, for two minutes")},
    )
    @action(detail=True)
    def pdf(self, request: Request, pk: str) -> Response:
        """Where the PDF lies, for two minutes; who asks is written down."""
        place = download_pdf(actor=signed_in_user(request), paper=int(pk))
        return Response(status=status.HTTP_302_FOUND, headers={"Location": place})

    @contextmanager
    def _matching_paper(self, request: Request, pk: str) -> Iterator[None]:
        """Holds the paper while it is changed. Raises Refused 412, 428 unless it is as the sender read it."""
        with transaction.atomic():
            held = self.lock_one(pk)
            require_match(request, self.get_serializer(held).data)
            yield

    def _respond(self, paper: Paper, *, new: bool) -> Response:
        data = self.get_serializer(self.get_queryset().get(pk=paper.pk)).data
        return Response(data, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)
