"""Tags: minting, binding, replacing, retiring, symbols."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, IntegerField, SerializerMethodField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.models import Unit
from tagging import qr
from tagging.actions import bind_tag, mint_batch, replace_tag, retire_tag
from tagging.codes import CodeError, normalise_code
from tagging.models import Batch, Tag, TagState


class TagSerializer(ModelSerializer[Tag]):
    """A tag and the unit it is on; a void tag names none."""

    state: Any = ChoiceField(choices=TagState.choices, read_only=True)
    unit: Any = SerializerMethodField()
    bound_at: Any = SerializerMethodField()

    class Meta:
        model = Tag
        fields: Any = (
            "code", "batch", "state", "printed_at", "retired_at", "retired_reason", "unit",
            "bound_at",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_unit(self, tag: Tag) -> int | None:
        """The id of the unit that the tag is on."""
        return tag.binding_in_force.unit_id if tag.binding_in_force else None

    def get_bound_at(self, tag: Tag) -> str | None:
        """Since when the tag is on its unit, ISO 8601."""
        return tag.binding_in_force.bound_at.isoformat() if tag.binding_in_force else None


class BatchSerializer(ModelSerializer[Batch]):
    """Tags minted together."""

    count = IntegerField(min_value=1, max_value=50_000)

    class Meta:
        model = Batch
        fields: Any = ("id", "region", "count", "authority", "created_at")
        read_only_fields: Any = ("id", "region", "created_at")


class OnUnitSerializer(Serializer[Any]):
    """The unit a tag is put on."""

    unit = IntegerField(min_value=1, max_value=2**63 - 1)


class ReplacementSerializer(OnUnitSerializer):
    """The unit that gets this tag instead of its present one, and why."""

    reason = CharField(max_length=200)


class RetirementSerializer(Serializer[Any]):
    """Why the tag is void from now on."""

    reason = CharField(max_length=200)


class TagFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which tags are filtered."""

    unit = django_filters.NumberFilter(method="filter_unit", min_value=1, label="Unit it is on")
    batch = django_filters.NumberFilter(field_name="batch_id", min_value=1)
    state = django_filters.ChoiceFilter(choices=TagState.choices, method="filter_state")

    class Meta:
        model = Tag
        fields: Any = ()

    def filter_unit(self, rows: QuerySet[Tag], name: str, unit: Any) -> QuerySet[Tag]:
        """The tag in force on ``unit``."""
        return rows.filter(binding__unit_id=unit, binding__unbound_at__isnull=True)

    def filter_state(self, rows: QuerySet[Tag], name: str, state: str) -> QuerySet[Tag]:
        """The tags in ``state``."""
        valid = rows.filter(retired_at=None)  # whatever comes off its unit is retired with it
        free = valid.filter(binding__isnull=True)
        return {
            TagState.RETIRED: rows.filter(retired_at__isnull=False),
            TagState.BOUND: valid.filter(binding__isnull=False),
            TagState.MINTED: free.filter(printed_at__isnull=True),
            TagState.PRINTED: free.filter(printed_at__isnull=False),
        }[TagState(state)]


class TagResource(ListMixin, DetailMixin, Resource[Tag]):
    """Tags (标签)."""

    queryset = Tag.objects.all()
    serializer_class = TagSerializer
    filterset_class = TagFilter
    orders = {"code": ("code",), "-code": ("-code",)}
    lookup_field = "code"
    lookup_value_converter = "tag"
    rights = {
        "binding": (Right.MANAGE_TAGS,),
        "replacement": (Right.MANAGE_TAGS,),
        "retirement": (Right.MANAGE_TAGS,),
    }

    def visible_rows(self, user: User) -> QuerySet[Tag]:
        """Tags on visible units, and free tags of the jurisdiction."""
        return Tag.objects.visible_to(user).select_related("binding")

    def get_object(self) -> Tag:
        """The tag by its code as people type it; 404 for anything else."""
        try:
            code = normalise_code(self.kwargs["code"])
        except CodeError:
            code = ""
        tags = self.filter_queryset(self.get_queryset())  # which refuses what it does not know
        return get_object_or_404(tags, code=code)

    @extend_schema(request=OnUnitSerializer, responses=TagSerializer)
    @action(detail=True, methods=["post"])
    def binding(self, request: Request, code: str) -> Response:
        """Put this tag on a unit; again for the same pair changes nothing."""
        given = OnUnitSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actor = signed_in_user(request)
        unit = get_object_or_404(Unit.objects.visible_to(actor), pk=given.validated_data["unit"])
        return Response(TagSerializer(bind_tag(actor=actor, code=code, unit=unit).tag).data)

    @extend_schema(request=ReplacementSerializer, responses=TagSerializer)
    @action(detail=True, methods=["post"])
    def replacement(self, request: Request, code: str) -> Response:
        """Put this tag on a unit instead of its present one, which becomes void."""
        given = ReplacementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actor, asked = signed_in_user(request), given.validated_data
        unit = get_object_or_404(Unit.objects.visible_to(actor), pk=asked["unit"])
        bound = replace_tag(actor=actor, unit=unit, code=code, reason=asked["reason"])
        return Response(TagSerializer(bound.tag).data)

    @extend_schema(request=RetirementSerializer, responses=TagSerializer)
    @action(detail=True, methods=["post"])
    def retirement(self, request: Request, code: str) -> Response:
        """Make this tag void for good."""
        given = RetirementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        tag = retire_tag(actor=signed_in_user(request), code=code, **given.validated_data)
        return Response(TagSerializer(tag).data)

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    @action(detail=True, url_path="symbol.png")
    def png(self, request: Request, code: str) -> HttpResponse:
        """The QR symbol as PNG."""
        return HttpResponse(qr.render_png(self.get_object().code), content_type="image/png")

    @extend_schema(responses={(200, "image/svg+xml"): OpenApiTypes.STR})
    @action(detail=True, url_path="symbol.svg")
    def svg(self, request: Request, code: str) -> HttpResponse:
        """The QR symbol as SVG, one millimetre to the module."""
        return HttpResponse(qr.render_svg(self.get_object().code), content_type="image/svg+xml")


class BatchResource(ListMixin, DetailMixin, Resource[Batch]):
    """Tags minted together (批次)."""

    queryset = Batch.objects.all()
    serializer_class = BatchSerializer
    lookup_value_converter = "key"
    rights = {"create": (Right.MANAGE_TAGS,)}

    def visible_rows(self, user: User) -> QuerySet[Batch]:
        """The batches of the jurisdiction."""
        return Batch.objects.visible_to(user)

    @extend_schema(parameters=[IDEMPOTENCY_PARAMETER], responses={201: BatchSerializer})
    def create(self, request: Request) -> Response:
        """Mint tags; the same key again gives the same batch."""
        key = read_idempotency_key(request)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        batch = mint_batch(actor=signed_in_user(request), key=str(key), **given.validated_data)
        return Response(BatchSerializer(batch).data, status=status.HTTP_201_CREATED)
