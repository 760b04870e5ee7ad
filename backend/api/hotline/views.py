"""The resources of the hotline: letters in, reporters by right and reason, figures and clusters out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as django_filters
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.hotline.figure_params import HotSpotParams, question_of
from backend.api.hotline.serializers import (
    ClusterSerializer,
    FoundReporterSerializer,
    HotSpotsSerializer,
    LetterSerializer,
    PaperDraftSerializer,
    ReasonSerializer,
    ReceiptSerializer,
    ReporterLookSerializer,
)
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.matters.bodies import read_body, read_sending
from backend.api.matters.serializers import PaperOfMatterSerializer
from backend.api.matters.versions import read_version, respond_with_version
from backend.api.matters.views import CHANGE_HEADERS
from backend.api.query_params import read_query_params
from backend.api.resources import ListMixin, Resource
from backend.hotline.intake import receive_letter
from backend.hotline.kept_figures import read_figures
from backend.hotline.models import Cluster, HotlineMatter, ReporterLook
from backend.hotline.papers import draft_letter_paper
from backend.hotline.reporters import reveal_reporter
from backend.hotline.sealed_identity import answer_code
from backend.units.models import Unit


class LetterResource(Resource[HotlineMatter]):
    """What citizens tell, as an operator's program writes it down."""

    queryset = HotlineMatter.objects.none()
    serializer_class = LetterSerializer
    pagination_class: Any = None
    lookup_value_converter = "key"
    rights = {"create": (Right.RECEIVE_HOTLINE,), "papers": (Right.WRITE_PAPERS,)}

    def visible_rows(self, user: User) -> QuerySet[HotlineMatter]:
        """The matters of the hotline that the user may see."""
        rows: QuerySet[HotlineMatter] = HotlineMatter.objects.visible_to(user)
        return rows

    @extend_schema(
        request=LetterSerializer,
        responses={201: ReceiptSerializer(many=True)},
        parameters=[IDEMPOTENCY_PARAMETER],
    )
    def create(self, request: Request) -> Response:
        """Open a matter for each nature; the same key and body again are the same matters."""
        key = read_idempotency_key(request)
        given = LetterSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actor = signed_in_user(request)
        letter = given.letter(key, Unit.objects.visible_to(actor))
        opened = receive_letter(actor=actor, letter=letter)
        return Response(
            [_describe_receipt(child) for child in opened], status=status.HTTP_201_CREATED
        )

    @extend_schema(request=ReasonSerializer, responses=FoundReporterSerializer)
    @action(detail=True, methods=["post"])
    def reporter(self, request: Request, pk: str) -> Response:
        """Who told the matter of this key. The look is logged with its reason; auditors read the log."""
        child = get_object_or_404(self.get_queryset(), pk=pk)
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        identity = reveal_reporter(
            actor=signed_in_user(request), matter=child, reason=given.validated_data["reason"]
        )
        return Response(FoundReporterSerializer(identity).data)

    @extend_schema(
        request=PaperDraftSerializer,
        parameters=CHANGE_HEADERS,
        responses={201: PaperOfMatterSerializer},
    )
    @action(detail=True, methods=["post"])
    def papers(self, request: Request, pk: str) -> Response:
        """Draft a paper from what the matter says; the same key again is the same paper."""
        facts = read_body(request, PaperDraftSerializer)
        child = get_object_or_404(self.get_queryset().select_related("matter"), pk=pk)
        paper = draft_letter_paper(
            actor=signed_in_user(request),
            matter=child.pk,
            version=read_version(request, child.pk),
            sending=read_sending(request),
            **facts,
        )
        child.matter.refresh_from_db()
        data = PaperOfMatterSerializer(paper).data
        return respond_with_version(child.matter, data, code=status.HTTP_201_CREATED)


def _describe_receipt(child: HotlineMatter) -> dict[str, Any]:
    number = child.matter.number or ""
    return {
        "matter": child.pk,
        "number": number,
        "nature": child.nature,
        "code": answer_code(number),
    }


class ReporterLookResource(ListMixin, Resource[ReporterLook]):
    """Who looked at which reporter, and why: of the jurisdiction for auditors, else one's own."""

    queryset = ReporterLook.objects.none()
    serializer_class = ReporterLookSerializer

    def visible_rows(self, user: User) -> QuerySet[ReporterLook]:
        """The looks that the user may read of."""
        return ReporterLook.objects.visible_to(user).select_related("user", "matter__matter")


class HotSpotResource(Resource[HotlineMatter]):
    """Counts and money by category, product, enterprise or county."""

    queryset = HotlineMatter.objects.none()
    serializer_class = HotSpotsSerializer
    filter_backends: Any = ()
    pagination_class: Any = None

    @extend_schema(
        parameters=[HotSpotParams],
        responses=forced_singular_serializer(HotSpotsSerializer),  # type: ignore[no-untyped-call]
    )
    def list(self, request: Request) -> Response:
        """The figures of a period, of the matters that one may see."""
        asked = read_query_params(request, HotSpotParams, paged=False)
        by = asked["by"]
        figures = read_figures(signed_in_user(request), question_of(asked), [by])
        answer = {
            "counted_at": figures.counted_at,
            "total": figures.total,
            "rows": figures.groups[by],
        }
        return Response(HotSpotsSerializer(answer).data)


class ClusterFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which clusters are filtered."""

    found_on = django_filters.DateFilter()
    product_category = django_filters.CharFilter()

    class Meta:
        model = Cluster
        fields: Any = ()


class ClusterResource(ListMixin, Resource[Cluster]):
    """Counties in which more came in lately than chance would bring."""

    queryset = Cluster.objects.none()
    serializer_class = ClusterSerializer
    filterset_class = ClusterFilter

    def visible_rows(self, user: User) -> QuerySet[Cluster]:
        """Those that touch the user's jurisdiction."""
        return Cluster.objects.visible_to(user)
