"""Applications of enterprises over REST; what offices decide in them is decided in their matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.approvals.serializers import (
    AddressSerializer,
    ApplicationBody,
    ApplicationDetailSerializer,
    ApplicationSerializer,
    CertificateSerializer,
    EndingBody,
    SentFileBody,
    SentFileSerializer,
    SupplementBody,
    WithdrawalBody,
)
from backend.api.etags import ETAG_HEADER
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.matters.bodies import read_body, read_sending
from backend.api.matters.versions import read_version, respond_with_version
from backend.api.matters.views import CHANGE_HEADERS
from backend.api.parsers import BoundedMultiPartParser
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.approvals.applicant_steps import ask_hearing, supply_what_lacked, withdraw_application
from backend.approvals.attachments import send_document, sign_attachment
from backend.approvals.certificates import end_certificate
from backend.approvals.issued_papers import download_paper
from backend.approvals.kinds import get_application_kind
from backend.approvals.models import Application, Attachment, Certificate, IssuedPaper
from backend.approvals.named_things import get_enclosed_files, get_named_things
from backend.approvals.petitions import Petition, file_application
from backend.evidence.models import File
from backend.lib.paging import Order
from backend.repeats.actions import Answer, answer_once

_LISTED = ("matter__office", "matter__flow", "applicant")
_DETAIL = (
    Prefetch("attachments", Attachment.objects.select_related("file").order_by("pk")),
    Prefetch("papers", IssuedPaper.objects.select_related("paper__template").order_by("pk")),
)


class ApplicationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which applications are filtered."""

    kind = django_filters.CharFilter(max_length=24)
    state = django_filters.CharFilter(field_name="matter__state", max_length=24)
    outcome = django_filters.CharFilter(field_name="matter__outcome", max_length=24)
    number = django_filters.CharFilter(field_name="matter__number", max_length=40)
    open = django_filters.BooleanFilter(field_name="matter__closed_at", lookup_expr="isnull")

    class Meta:
        model = Application
        fields: Any = ()


class ApplicationResource(ListMixin, Resource[Application]):
    """Applications of the entities that the user acts for, and of those that his offices see."""

    queryset = Application.objects.all()
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilter
    lookup_value_converter = "key"
    orders: ClassVar[Mapping[str, Order]] = {"-id": ("-matter_id",), "id": ("matter_id",)}

    def visible_rows(self, user: User) -> QuerySet[Application]:
        """The applications that ``user`` may see."""
        rows: QuerySet[Application] = Application.objects.visible_to(user)
        return rows.select_related(*_LISTED)

    @extend_schema(parameters=[ETAG_HEADER], responses=ApplicationDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One with its form, its papers and its progress."""
        return self._answer(int(pk))

    @extend_schema(
        request=ApplicationBody,
        responses={201: ApplicationDetailSerializer},
        parameters=[IDEMPOTENCY_PARAMETER, ETAG_HEADER],
    )
    def create(self, request: Request) -> Response:
        """Apply; the number and the day of receipt are told at once. The same key and body is filed once."""
        key = read_idempotency_key(request)
        facts, user = read_body(request, ApplicationBody), signed_in_user(request)
        names = {name: facts.get(name) for name in ("unit", "person", "certificate")}
        named = get_named_things(user, applicant=facts["applicant"], **names)
        petition = Petition(
            key=key,
            kind=get_application_kind(facts["kind"]),
            purpose=facts["purpose"],
            form=facts["form"],
            applicant=named.applicant,
            unit=named.unit,
            person=named.person,
            certificate=named.certificate,
            enclosed=get_enclosed_files(user, _files_of(facts)),
        )
        application, _new = file_application(actor=user, petition=petition)
        return self._answer(application.pk, code=status.HTTP_201_CREATED)

    @extend_schema(
        request=SupplementBody, parameters=CHANGE_HEADERS, responses=ApplicationDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def supplement(self, request: Request, pk: str) -> Response:
        """Bring what lacked, once the office has asked for it."""
        facts, user = read_body(request, SupplementBody), signed_in_user(request)
        enclosed = get_enclosed_files(user, _files_of(facts))
        return self._change(request, pk, supply_what_lacked, form=facts["form"], enclosed=enclosed)

    @extend_schema(
        request=WithdrawalBody, parameters=CHANGE_HEADERS, responses=ApplicationDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str) -> Response:
        """Take it back before it is decided."""
        return self._change(request, pk, withdraw_application, **read_body(request, WithdrawalBody))

    @extend_schema(request=None, parameters=CHANGE_HEADERS, responses=ApplicationDetailSerializer)
    @action(detail=True, methods=["post"])
    def hearing(self, request: Request, pk: str) -> Response:
        """Ask to be heard before it is decided."""
        return self._change(request, pk, ask_hearing)

    @extend_schema(
        parameters=[OpenApiParameter("paper", int, OpenApiParameter.PATH)],
        responses=AddressSerializer,
    )
    @action(detail=True, url_path="papers/<key:paper>")
    def paper(self, request: Request, pk: str, paper: str) -> Response:
        """Where the PDF of a paper of it can be fetched; who asks is written down."""
        url = download_paper(
            actor=signed_in_user(request), application=self.get_object(), paper=int(paper)
        )
        return Response(AddressSerializer({"url": url}).data)

    @extend_schema(
        parameters=[OpenApiParameter("attachment", int, OpenApiParameter.PATH)],
        responses=AddressSerializer,
    )
    @action(detail=True, url_path="files/<key:attachment>")
    def file(self, request: Request, pk: str, attachment: str) -> Response:
        """Where a document that came with it can be fetched, as it came."""
        url = sign_attachment(
            actor=signed_in_user(request), application=int(pk), attachment=int(attachment)
        )
        return Response(AddressSerializer({"url": url}).data)

    def _change(
        self, request: Request, pk: str, change: Callable[..., Application], **facts: Any
    ) -> Response:
        """Let the applicant change what he sees; others who see it may not."""
        version, sending = read_version(request, int(pk)), read_sending(request)
        change(
            actor=signed_in_user(request),
            application=int(pk),
            version=version,
            sending=sending,
            **facts,
        )
        return self._answer(int(pk))

    def _answer(self, pk: int, *, code: int = status.HTTP_200_OK) -> Response:
        rows = self.get_queryset().prefetch_related(*_DETAIL)
        found = get_object_or_404(rows, pk=pk)
        data = ApplicationDetailSerializer(found, context=self.get_serializer_context()).data
        return respond_with_version(found.matter, data, code=code)


def _files_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["document"], one["sha256"]) for one in facts["files"]]


class SentFileResource(Resource[File]):
    """Documents that are sent before the application that names them."""

    queryset = File.objects.none()
    serializer_class = SentFileSerializer
    parser_classes: Any = (BoundedMultiPartParser,)

    @extend_schema(
        request={"multipart/form-data": SentFileBody},
        responses={201: SentFileSerializer},
        parameters=[IDEMPOTENCY_PARAMETER],
    )
    def create(self, request: Request) -> Response:
        """Send a PDF or a photo; the same content again is the same file. What is never named is deleted some day."""
        key, user = read_idempotency_key(request), signed_in_user(request)
        file = send_document(actor=user, sent=read_body(request, SentFileBody)["file"])
        told = Answer(status.HTTP_201_CREATED, dict(SentFileSerializer(file).data))
        kept = answer_once(
            actor=user, key=key, asked=[request.path, file.sha256], make=lambda: told
        )
        answer = kept or told
        return Response(answer.document, status=answer.status)


class CertificateFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which certificates are filtered."""

    kind = django_filters.CharFilter(max_length=24)
    number = django_filters.CharFilter(max_length=40)
    expires_before = django_filters.DateFilter(field_name="expires_on", lookup_expr="lt")

    class Meta:
        model = Certificate
        fields: Any = ()


class CertificateResource(ListMixin, DetailMixin, Resource[Certificate]):
    """Certificates of the user's entities, and those that his offices have given."""

    queryset = Certificate.objects.all()
    serializer_class = CertificateSerializer
    filterset_class = CertificateFilter
    lookup_value_converter = "key"
    rights = {"ending": (Right.END_CERTIFICATES,)}

    def visible_rows(self, user: User) -> QuerySet[Certificate]:
        """The certificates that ``user`` may see."""
        rows: QuerySet[Certificate] = Certificate.objects.visible_to(user)
        return rows.select_related("holder")

    @extend_schema(request=EndingBody, responses=CertificateSerializer)
    @action(detail=True, methods=["post"])
    def ending(self, request: Request, pk: str) -> Response:
        """Take back, annul, revoke or cancel a licence; the same again changes nothing."""
        facts = read_body(request, EndingBody)
        end_certificate(actor=signed_in_user(request), certificate=int(pk), **facts)
        return Response(self.get_serializer(self.get_object()).data)
