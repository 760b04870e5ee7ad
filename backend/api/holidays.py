"""The holidays of each year (放假安排), loaded by an administrator of the province."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, DateField, ListField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_HEADER, require_match, respond_with_etag
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.lib.serializers import ModelSerializer, Serializer
from backend.workdays.actions import load_year
from backend.workdays.models import PublishedYear
from backend.workdays.year_tables import read_year_table

_MOST = 60
_MATCH = OpenApiParameter(
    name="If-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    description="The ETag that was read, where the year was loaded before; else 428, or 412.",
)


class HolidaySerializer(Serializer[Any]):
    """Days off with their name, both ends included."""

    name = CharField(max_length=40)
    first = DateField()
    last = DateField()


class HolidayYearSerializer(ModelSerializer[PublishedYear]):
    """What the notice of the State Council says of one year."""

    holidays: Any = ListField(child=HolidaySerializer(), max_length=_MOST)
    working_days: Any = ListField(
        child=DateField(),
        max_length=_MOST,
        help_text="Saturdays and Sundays that are worked (调休)",
    )

    class Meta:
        model = PublishedYear
        fields: Any = (
            "year", "number", "issued_on", "source", "holidays", "working_days", "loaded_at",
        )  # fmt: skip
        read_only_fields: Any = ("year", "loaded_at")


class HolidayYearResource(ListMixin, DetailMixin, Resource[PublishedYear]):
    """The years whose holidays are published."""

    queryset = PublishedYear.objects.all()
    serializer_class = HolidayYearSerializer
    lookup_field = "year"
    lookup_value_converter = "key"
    orders = {"-year": ("-year", "-id"), "year": ("year", "id")}
    rights = {"update": (Right.LOAD_HOLIDAYS,)}

    def visible_rows(self, user: User) -> QuerySet[PublishedYear]:
        """All years, for the notices are published."""
        return PublishedYear.objects.in_force()

    @extend_schema(parameters=[_MATCH, ETAG_HEADER])
    def update(self, request: Request, year: str) -> Response:
        """Load a year, or load it anew: then ``If-Match`` is needed. What was counted over it follows."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = load_year(
            actor=signed_in_user(request),
            table=read_year_table(given.validated_data | {"year": year}),
            check_unchanged=lambda row: require_match(request, self.get_serializer(row).data),
        )
        return respond_with_etag(request, self.get_serializer(row).data)
