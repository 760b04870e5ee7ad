"""Official documents: drafted, written anew, with their attachments and PDF; listed and searched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.documents.serializers import (
    AttachmentBody,
    AttachmentSerializer,
    DocumentSerializer,
    DraftBody,
    FoundDocument,
    KindSerializer,
    ListedDocument,
    WordingBody,
)
from backend.api.etags import ETAG_HEADER, IF_MATCH_HEADER
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.jobs import LOCATION_HEADER
from backend.api.matters.bodies import read_sending
from backend.api.matters.versions import read_version, respond_with_version
from backend.api.parsers import BoundedMultiPartParser
from backend.api.query_params import read_query_params
from backend.api.resources import ListMixin, Resource
from backend.documents.attachments import attach_file, remove_attachment
from backend.documents.drafts import draft_document, edit_document
from backend.documents.models import Document, DocumentKind
from backend.documents.search import search_documents
from backend.documents.sheet import render_document
from backend.lib.paging import Order
from backend.lib.serializers import Serializer
from backend.matters.steps import Sending
from backend.papers.downloads import download_pdf

_CHANGE = [IF_MATCH_HEADER, IDEMPOTENCY_PARAMETER, ETAG_HEADER]


class DocumentFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which documents are filtered."""

    kind = django_filters.CharFilter(field_name="kind__code", max_length=24)
    state = django_filters.CharFilter(field_name="matter__state", max_length=24)
    office = django_filters.CharFilter(field_name="matter__office__code", max_length=24)
    number = django_filters.CharFilter(max_length=60)

    class Meta:
        model = Document
        fields: Any = ()


class DocumentResource(ListMixin, Resource[Document]):
    """Documents of the offices in which the signed-in user sits, of those below, and by his name.

    What is decided in one is decided in its matter, which has the same key.
    """

    queryset = Document.objects.all()
    serializer_class = ListedDocument
    filterset_class = DocumentFilter
    lookup_value_converter = "key"
    rights = dict.fromkeys(
        ("create", "partial_update", "attachments", "take_off"), (Right.DRAFT_DOCUMENTS,)
    )
    orders: ClassVar[Mapping[str, Order]] = {"-id": ("-pk",), "id": ("pk",)}

    def visible_rows(self, user: User) -> QuerySet[Document]:
        """The documents that ``user`` may see."""
        rows: QuerySet[Document] = Document.objects.visible_to(user)
        return rows.select_related("kind", "matter__office", "signer", "signed_by")

    @extend_schema(parameters=[ETAG_HEADER], responses=DocumentSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One with its text, parties and attachments."""
        return self._answer(int(pk))

    @extend_schema(
        request=DraftBody,
        parameters=[IDEMPOTENCY_PARAMETER, ETAG_HEADER],
        responses={200: DocumentSerializer, 201: DocumentSerializer},
    )
    def create(self, request: Request) -> Response:
        """Draft a document; 200 where the key made it before. A secret one is an entry alone."""
        key = read_idempotency_key(request)
        given = DraftBody(data=request.data)
        given.is_valid(raise_exception=True)
        document, new = draft_document(
            actor=signed_in_user(request),
            office=given.validated_data.get("office"),
            wording=given.wording(),
            key=key,
        )
        return self._answer(document.pk, code=status.HTTP_201_CREATED if new else 200)

    @extend_schema(request=WordingBody, parameters=_CHANGE, responses=DocumentSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Write a draft anew, by whoever is asked to draft or to check it."""
        given = WordingBody(data=request.data)
        given.is_valid(raise_exception=True)
        self.get_object()
        edit_document(
            actor=signed_in_user(request),
            document=int(pk),
            version=read_version(request, int(pk)),
            wording=given.wording(),
            sending=read_sending(request),
        )
        return self._answer(int(pk))

    @extend_schema(
        request={"multipart/form-data": AttachmentBody},
        parameters=_CHANGE,
        responses={201: AttachmentSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[BoundedMultiPartParser])
    def attachments(self, request: Request, pk: str) -> Response:
        """Attach a PDF or DOCX to a draft; the same content again is the same one."""
        given = AttachmentBody(data=request.data)
        given.is_valid(raise_exception=True)
        self.get_object()
        attachment = attach_file(
            actor=signed_in_user(request),
            document=int(pk),
            version=read_version(request, int(pk)),
            title=given.validated_data["title"],
            sent=given.validated_data["file"],
            sending=Sending(read_idempotency_key(request), given.validated_data["title"]),
        )
        data = AttachmentSerializer(attachment).data
        return respond_with_version(self.get_object().matter, data, code=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="documents_attachments_retrieve",
        parameters=[LOCATION_HEADER],
        responses={302: OpenApiResponse(description="The file, for two minutes")},
    )
    @action(detail=True, url_path="attachments/<uuid:attachment>")
    def attachment(self, request: Request, pk: str, attachment: Any) -> Response:
        """Where an attachment lies, for two minutes."""
        found = get_object_or_404(self.get_object().attachments, pk=attachment)
        return Response(status=status.HTTP_302_FOUND, headers={"Location": found.file.url})

    @extend_schema(
        operation_id="documents_attachments_destroy",
        request=None,
        parameters=[IF_MATCH_HEADER, IDEMPOTENCY_PARAMETER],
        responses={204: None},
    )
    @attachment.mapping.delete
    def take_off(self, request: Request, pk: str, attachment: Any) -> Response:
        """Take an attachment off a draft."""
        self.get_object()
        remove_attachment(
            actor=signed_in_user(request),
            document=int(pk),
            version=read_version(request, int(pk)),
            attachment=str(attachment),
            sending=read_sending(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="documents_pdf",
        parameters=[LOCATION_HEADER],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            302: OpenApiResponse(description="The issued PDF, for two minutes"),
        },
    )
    @action(detail=True)
    def pdf(self, request: Request, pk: str) -> HttpResponse:
        """The issued PDF, or what would be printed now; who asks for an issued one is written down."""
        document = self.get_object()
        if document.paper is not None and document.paper.pdf_key:
            place = download_pdf(actor=signed_in_user(request), paper=document.paper.pk)
            return Response(status=status.HTTP_302_FOUND, headers={"Location": place})
        return HttpResponse(render_document(document), content_type="application/pdf")

    def _answer(self, pk: int, *, code: int = 200) -> Response:
        rows = self.visible_rows(signed_in_user(self.request))
        found = get_object_or_404(rows.prefetch_related("parties__office", "attachments"), pk=pk)
        return respond_with_version(found.matter, DocumentSerializer(found).data, code=code)


class SearchQuery(Serializer[Any]):
    """What is looked for."""

    text = CharField(min_length=2, max_length=80)


class DocumentSearchResource(Resource[Document]):
    """Documents by words of two characters or more in number, title and text, best first."""

    queryset = Document.objects.none()
    serializer_class = FoundDocument
    filter_backends: Any = ()
    orders: ClassVar[Mapping[str, Order]] = {"-rank": ("-rank", "-pk")}

    def get_serializer_context(self) -> dict[str, Any]:
        """With what is looked for."""
        return super().get_serializer_context() | {
            "text": self.request.query_params.get("text", "")
        }

    @extend_schema(parameters=[OpenApiParameter("text", str, required=True)])
    def list(self, request: Request) -> Response:
        """One page of what was found among those that one may see."""
        asked = read_query_params(request, SearchQuery)
        found = search_documents(signed_in_user(request), asked["text"])
        return self.page_of(found.select_related("kind", "matter__office"))


class DocumentKindResource(ListMixin, Resource[DocumentKind]):
    """The kinds of documents (文种), of today and of before."""

    queryset = DocumentKind.objects.all()
    serializer_class = KindSerializer

    def visible_rows(self, user: User) -> QuerySet[DocumentKind]:
        """All of them."""
        rows: QuerySet[DocumentKind] = DocumentKind.objects.all()
        return rows
