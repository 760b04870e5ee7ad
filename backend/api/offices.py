"""Offices (机构): authorities and bodies with their departments, to staff."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, DateField, IntegerField, SlugRelatedField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.filters import RegionFilter
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer
from backend.offices.departments import close_office, open_office
from backend.offices.models import Office, OfficeQuerySet


class OfficeSerializer(ModelSerializer[Office]):
    """One office; ``valid_to`` is the first day it no longer existed, ``successor`` who took over."""

    authority: Any = SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Office
        fields: Any = (
            "id", "code", "name", "parent", "authority", "body", "region", "valid_from", "valid_to",
            "successor",
        )  # fmt: skip
        read_only_fields: Any = fields


class OfficeEntrySerializer(Serializer[Any]):
    """A department to open below another office."""

    parent: Any = IntegerField(min_value=1, max_value=BIGGEST_ID)
    code = CharField(max_length=24)
    name = CharField(max_length=80)
    starts_on = DateField(required=False, help_text="Else today")


class OfficeClosingSerializer(Serializer[Any]):
    """Who has its work then."""

    successor = IntegerField(min_value=1, max_value=BIGGEST_ID)
    first_day_without = DateField(required=False, help_text="Else today")


class OfficeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which offices are filtered."""

    region = RegionFilter(field_name="region_id")
    parent = django_filters.NumberFilter(field_name="parent_id", min_value=1, max_value=BIGGEST_ID)
    name = django_filters.CharFilter(lookup_expr="contains", max_length=60)
    on = django_filters.DateFilter(method="filter_on", label="Existing on this day")

    class Meta:
        model = Office
        fields: Any = ()

    def filter_on(self, rows: OfficeQuerySet, _name: str, day: dt.date) -> OfficeQuerySet:
        """The offices that existed on ``day``."""
        return rows.in_force(day)


class OfficeResource(ListMixin, DetailMixin, Resource[Office]):
    """Where work is done."""

    queryset = Office.objects.all()
    serializer_class = OfficeSerializer
    filterset_class = OfficeFilter
    lookup_value_converter = "key"
    orders = {"code": ("code",), "-code": ("-code",)}
    rights = dict.fromkeys(("create", "closing"), (Right.MANAGE_ACCOUNTS,))

    def visible_rows(self, user: User) -> QuerySet[Office]:
        """Those that ``user`` may see."""
        return Office.objects.visible_to(user).select_related("authority")

    @extend_schema(
        request=OfficeEntrySerializer, parameters=[IDEMPOTENCY_PARAMETER],
        responses={201: OfficeSerializer},
    )  # fmt: skip
    def create(self, request: Request) -> Response:
        """Open a department; the same key again opens one."""
        key = read_idempotency_key(request)
        given = OfficeEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        office, _new = open_office(actor=signed_in_user(request), key=key, **given.validated_data)
        return Response(OfficeSerializer(office).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=OfficeClosingSerializer, responses=OfficeSerializer)
    @action(detail=True, methods=["post"])
    def closing(self, request: Request, pk: str) -> Response:
        """Let it end; its successor has its work, and goes on with its matters."""
        given = OfficeClosingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        office = close_office(actor=signed_in_user(request), office=int(pk), **given.validated_data)
        return Response(OfficeSerializer(office).data)
