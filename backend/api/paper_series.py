"""Series of numbers (发文字号), and the templates of papers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, IntegerField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.lib.serializers import ModelSerializer, Serializer
from backend.offices.seats import Seats
from backend.papers.models import Series, Template
from backend.papers.numbers import STANDARD_FORM
from backend.papers.series import open_series


class SeriesSerializer(ModelSerializer[Series]):
    """A series of numbers of one office."""

    class Meta:
        model = Series
        fields: Any = ("id", "office", "word", "form", "opened_at", "closed_at")
        read_only_fields: Any = fields


class NewSeriesSerializer(Serializer[Any]):
    """A series to open."""

    office = IntegerField(min_value=1, max_value=2**63 - 1)
    word = CharField(max_length=12)
    form = CharField(max_length=60, default=STANDARD_FORM)


class SeriesResource(ListMixin, Resource[Series]):
    """Series of the offices in whose line the signed-in user has a post."""

    queryset = Series.objects.all()
    serializer_class = SeriesSerializer
    rights = {"create": (Right.MANAGE_SERIES,)}

    def visible_rows(self, user: User) -> QuerySet[Series]:
        """The series that ``user`` may see."""
        return Series.objects.filter(office__in=Seats.of(user).offices_and_descendants())

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=NewSeriesSerializer,
        responses={200: SeriesSerializer, 201: SeriesSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Open a series; 200 where the very same is open."""
        given = NewSeriesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        series, new = open_series(actor=signed_in_user(request), **given.validated_data)
        code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
        return Response(self.get_serializer(series).data, status=code)


class TemplateSerializer(ModelSerializer[Template]):
    """One version of the text of one kind of paper."""

    class Meta:
        model = Template
        fields: Any = (
            "id", "code", "version", "title", "layout", "fields", "paragraphs", "signers",
            "source", "confidence",
        )  # fmt: skip
        read_only_fields: Any = fields


class TemplateResource(ListMixin, DetailMixin, Resource[Template]):
    """Templates of papers, all versions."""

    queryset = Template.objects.all()
    serializer_class = TemplateSerializer
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[Template]:
        """All templates, for everybody who is signed in."""
        return Template.objects.all()
