"""Matters that somebody sees, and what he decides in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_HEADER, IF_MATCH_HEADER
from backend.api.idempotency import IDEMPOTENCY_PARAMETER
from backend.api.matters.bodies import (
    DecisionBody,
    LinkBody,
    RemarkBody,
    get_link_target,
    read_body,
    read_sending,
)
from backend.api.matters.serializers import (
    LinkSerializer,
    MatterDetailSerializer,
    MatterSerializer,
)
from backend.api.matters.versions import read_version, respond_with_version
from backend.api.resources import ListMixin, Resource
from backend.directory.name_search import name_contains
from backend.flows.drawing import draw_flow
from backend.flows.versions import read_version as flow_of
from backend.lib import clock
from backend.lib.paging import Order
from backend.matters.choices import resolve_choice
from backend.matters.decisions import decide, take_back
from backend.matters.inbox import started_of
from backend.matters.labels import reader_language
from backend.matters.links import link_matter
from backend.matters.models import Assignment, Deadline, Link, Matter, Step
from backend.matters.parts import join_matters

_DETAIL = (
    Prefetch(
        "steps",
        Step.objects.select_related("user", "on_behalf_of", "office").order_by("version"),
    ),
    Prefetch(
        "deadlines",
        Deadline.objects.select_related("rule", "extended_by")
        .prefetch_related("pauses")
        .order_by("due_on", "pk"),
    ),
    "links",
    Prefetch("assignments", Assignment.objects.select_related("office", "person").order_by("pk")),
)
_ROWS = Matter.objects.select_related("office")
CHANGE_HEADERS = [IF_MATCH_HEADER, IDEMPOTENCY_PARAMETER, ETAG_HEADER]


class SvgRenderer(BaseRenderer):
    """A picture, which is text already; a problem in its stead is JSON."""

    media_type = "image/svg+xml"
    format = "svg"
    charset = "utf-8"

    def render(self, data: Any, *_context: Any) -> bytes:
        """The bytes of the picture, or of the problem."""
        return data.encode() if isinstance(data, str) else JSONRenderer().render(data)


class MatterFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which matters are filtered."""

    kind = django_filters.CharFilter(max_length=24)
    state = django_filters.CharFilter(max_length=24)
    office = django_filters.CharFilter(field_name="office__code", max_length=24)
    open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")
    overdue = django_filters.BooleanFilter(method="by_overdue")
    mine = django_filters.BooleanFilter(method="by_opener", label="Opened by the reader")
    text = django_filters.CharFilter(method="by_text", min_length=2, max_length=80)

    class Meta:
        model = Matter
        fields: Any = ()

    def filter_queryset(self, queryset: QuerySet[Matter]) -> QuerySet[Matter]:
        """The rows asked for. What is overdue for the reader he sees: both is found in one look."""
        if self.form.cleaned_data["overdue"]:
            queryset = _ROWS.overdue_for(signed_in_user(self.request))
        rows: QuerySet[Matter] = super().filter_queryset(queryset)
        return rows

    def by_overdue(self, rows: QuerySet[Matter], _name: str, wanted: bool) -> QuerySet[Matter]:  # noqa: FBT001
        """All but the open ones with a deadline that has passed; those alone are found first of all."""
        return rows if wanted else rows.exclude(closed_at=None, due_on__lt=clock.today())

    def by_opener(self, rows: QuerySet[Matter], _name: str, wanted: bool) -> QuerySet[Matter]:  # noqa: FBT001
        """Those that the reader opened, or all."""
        mine = started_of(signed_in_user(self.request)).values("pk")
        return rows.filter(pk__in=mine) if wanted else rows

    def by_text(self, rows: QuerySet[Matter], _name: str, text: str) -> QuerySet[Matter]:
        """Those whose title holds the text, or whose number begins with it."""
        return rows.filter(name_contains(text, column="title") | Q(number__startswith=text))


class MatterResource(ListMixin, Resource[Matter]):
    """Matters of the offices in which the signed-in user sits, of those below, and by his name."""

    queryset = Matter.objects.all()
    serializer_class = MatterSerializer
    filterset_class = MatterFilter
    lookup_value_converter = "key"
    chosen_first = True
    orders: ClassVar[Mapping[str, Order]] = {
        "-id": ("-id",),
        "id": ("id",),
        "due_on": ("due_on", "id"),
    }

    def visible_rows(self, user: User) -> QuerySet[Matter]:
        """The matters that ``user`` may see."""
        rows: QuerySet[Matter] = _ROWS.visible_to(user)
        return rows

    @extend_schema(parameters=[ETAG_HEADER], responses=MatterDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One with its trail, deadlines, links, assignments and what the reader may decide now."""
        return self._answer(int(pk))

    @extend_schema(
        request=DecisionBody, parameters=CHANGE_HEADERS, responses=MatterDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def decisions(self, request: Request, pk: str) -> Response:
        """Take one of the decisions that the matter offers; the same key again decides once."""
        facts = read_body(request, DecisionBody)
        decide(
            actor=signed_in_user(request),
            matter=int(pk),
            version=read_version(request, int(pk)),
            decision=facts["decision"],
            chosen=resolve_choice(
                remark=facts["remark"],
                ground=facts["ground"],
                office=facts.get("office"),
                persons=facts["persons"],
            ),
            details=facts["details"],
            sending=read_sending(request),
        )
        return self._answer(int(pk))

    @extend_schema(request=RemarkBody, parameters=CHANGE_HEADERS, responses=MatterDetailSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        """Undo one's last decision while nobody has acted since."""
        facts = read_body(request, RemarkBody)
        take_back(
            actor=signed_in_user(request),
            matter=int(pk),
            version=read_version(request, int(pk)),
            sending=read_sending(request),
            **facts,
        )
        return self._answer(int(pk))

    @extend_schema(request=LinkBody, parameters=CHANGE_HEADERS, responses={201: LinkSerializer})
    @action(detail=True, methods=["post"])
    def links(self, request: Request, pk: str) -> Response:
        """Say what the matter has to do with; what is said already stays as it is."""
        facts, user = read_body(request, LinkBody), signed_in_user(request)
        self.get_object()
        what: dict[str, Any] = {
            "actor": user,
            "matter": int(pk),
            "version": read_version(request, int(pk)),
            "sending": read_sending(request),
        }
        to = get_link_target(user, facts)
        if isinstance(to, Matter) and facts["kind"] == Link.Kind.JOINED_WITH:
            link = join_matters(lead=to.pk, **what)
        else:
            link, _new = link_matter(kind=facts["kind"], to=to, **what)
        data = LinkSerializer(link).data
        return respond_with_version(self.get_object(), data, code=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "image/svg+xml"): str})
    @action(detail=True, url_path="flow.svg", renderer_classes=[SvgRenderer])
    def flow(self, request: Request, pk: str) -> Response:
        """The flow as a picture, with the place where the matter stands."""
        matter = self.get_object()
        picture = draw_flow(flow_of(matter.flow_id), matter.place, language=reader_language())
        return Response(picture)

    def _answer(self, pk: int) -> Response:
        """The matter as it is now, with its ETag."""
        rows = self.visible_rows(signed_in_user(self.request)).prefetch_related(*_DETAIL)
        matter = get_object_or_404(rows, pk=pk)
        serializer = MatterDetailSerializer(matter, context=self.get_serializer_context())
        return respond_with_version(matter, serializer.data)
