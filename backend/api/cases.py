"""Facts that can hardly be true, or not together, for the supervisor (存疑线索).

A phone with a wrong clock puts every fact into one case until somebody looks: a case shows the
newest, says how many there are, and has them all behind it page by page.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, DateTimeField, IntegerField, UUIDField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.cases.actions import close_case
from backend.cases.models import Case
from backend.fieldwork.models import Item
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer

MAX_NEWEST_ITEMS = 20
_ITEMS_OF_CASE: Any = (
    Item.cases.through.objects.filter(case=OuterRef("pk")).order_by().values("case")
)
_ITEMS_TOTAL = Coalesce(Subquery(_ITEMS_OF_CASE.annotate(number=Count("pk")).values("number")), 0)


class CaseItemSerializer(ModelSerializer[Item]):
    """A fact of a case, in short."""

    item_id = UUIDField(read_only=True)
    moment = DateTimeField(read_only=True)
    record = IntegerField(source="report.record_id", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Item
        fields: Any = (
            "id", "item_id", "kind", "state", "user", "device", "made_at", "moment", "tag_code",
            "flags", "record",
        )  # fmt: skip
        read_only_fields: Any = fields


class CaseSerializer(ModelSerializer[Case]):
    """A case with the newest of its facts."""

    items = CaseItemSerializer(source="newest", many=True, read_only=True, help_text="Newest first")
    items_total = IntegerField(read_only=True)

    class Meta:
        model = Case
        fields: Any = (
            "id", "kind", "subject", "unit", "record", "user", "region", "facts", "items",
            "items_total", "opened_at", "closed_at", "closed_by", "verdict",
        )  # fmt: skip
        read_only_fields: Any = fields


class VerdictSerializer(Serializer[Any]):
    """What was found."""

    verdict = CharField(max_length=400)


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which cases are filtered."""

    kind = django_filters.ChoiceFilter(choices=Case.Kind.choices)
    unit = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)
    open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")

    class Meta:
        model = Case
        fields: Any = ()


class CaseResource(ListMixin, DetailMixin, Resource[Case]):
    """Cases of the jurisdiction."""

    queryset = Case.objects.all()
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    lookup_value_converter = "key"
    rights = {"close": (Right.JUDGE_FIELDWORK,)}

    def visible_rows(self, user: User) -> QuerySet[Case]:
        """Cases of the jurisdiction, for those who may judge them."""
        newest = Prefetch(
            "items", _items_in_short().order_by("-pk")[:MAX_NEWEST_ITEMS], to_attr="newest"
        )
        cases = Case.objects.judged_by(user).prefetch_related(newest)
        return cases.annotate(items_total=_ITEMS_TOTAL)

    @extend_schema(
        operation_id="cases_items_list", responses=CaseItemSerializer(many=True), filters=False
    )
    @action(detail=True, serializer_class=CaseItemSerializer, filterset_class=None)
    def items(self, request: Request, pk: str) -> Response:
        """All facts of the case, newest first."""
        return self.page_of(_items_in_short().filter(cases=self.get_object()))

    @extend_schema(request=VerdictSerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """End the case with a verdict."""
        given = VerdictSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        verdict = given.validated_data["verdict"]
        closed = close_case(actor=signed_in_user(request), case=int(pk), verdict=verdict)
        return Response(CaseSerializer(self.get_queryset().get(pk=closed.pk)).data)


def _items_in_short() -> QuerySet[Item]:
    return Item.objects.select_related("report__issue").defer("raw", "mended")
