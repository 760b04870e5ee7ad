"""Regions, read-only: published reference data, with their history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ChoiceField, DateField, SerializerMethodField

from backend.accounts.models import User
from backend.api.etags import ETAG_READ_HEADERS, respond_with_etag
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.lib import clock
from backend.lib.numbers import FiniteField
from backend.lib.parameters import refuse_unknown
from backend.lib.problems import not_found
from backend.lib.serializers import ModelSerializer, Serializer
from geo.datum import Datum, convert_position
from geo.models import Region
from geo.regions import ancestors_on, county_at, name_on


class RegionSerializer(ModelSerializer[Region]):
    """One code of GB/T 2260; ``valid_to`` is the first day it was no longer valid."""

    class Meta:
        model = Region
        fields: Any = (
            "code", "name", "level", "parent", "valid_from", "valid_to", "successor",
            "plate_letters", "dial_code",
        )  # fmt: skip


class RegionOnDaySerializer(RegionSerializer):
    """A region with its name and what it belonged to on the day asked for."""

    name_on_day: Any = SerializerMethodField()
    ancestors: Any = SerializerMethodField()

    class Meta(RegionSerializer.Meta):
        fields = (*RegionSerializer.Meta.fields, "name_on_day", "ancestors")

    def get_name_on_day(self, region: Region) -> str:
        """What it was called then."""
        return name_on(region.code, self.context["day"])

    def get_ancestors(self, region: Region) -> list[str]:
        """The codes it belonged to then, nearest first."""
        return list(ancestors_on(region.code, self.context["day"]))


class DayParams(Serializer[Any]):
    """The query parameter ``on``: a day, today by default."""

    on = DateField(required=False)


class PointParams(Serializer[Any]):
    """The query parameters of a point in degrees of a named datum."""

    lng = FiniteField(min_value=-180, max_value=180)
    lat = FiniteField(min_value=-90, max_value=90)
    datum: Any = ChoiceField(choices=[d.value for d in Datum], default=Datum.WGS84.value)


class RegionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which regions are filtered."""

    on = django_filters.DateFilter(method="filter_on", label="Valid on this day")
    parent = django_filters.CharFilter(field_name="parent_id", max_length=6)

    class Meta:
        model = Region
        fields: Any = ("level",)

    def filter_on(self, rows: QuerySet[Region], name: str, day: dt.date) -> QuerySet[Region]:
        """The regions that existed on ``day``."""
        return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class RegionResource(ListMixin, DetailMixin, Resource[Region]):
    """Administrative regions (GB/T 2260)."""

    queryset = Region.objects.all()
    serializer_class = RegionSerializer
    filterset_class = RegionFilter
    orders = {"code": ("code",), "-code": ("-code",)}
    lookup_field = "code"
    lookup_value_converter = "region"

    def visible_rows(self, user: User) -> QuerySet[Region]:
        """All regions, for the division of the country is published."""
        return Region.objects.defer("boundary", "label_point")

    @extend_schema(parameters=[DayParams, *ETAG_READ_HEADERS], responses=RegionOnDaySerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """The region, with its name and ancestors on a day (``on``)."""
        refuse_unknown(request, frozenset({"on"}))
        asked = DayParams(data=request.query_params)
        asked.is_valid(raise_exception=True)
        context = {"day": asked.validated_data.get("on", clock.today())}
        return respond_with_etag(
            request, RegionOnDaySerializer(self.get_object(), context=context).data
        )

    @extend_schema(operation_id="regions_children_list", responses=RegionSerializer(many=True))
    @action(detail=True, filterset_class=RegionFilter)
    def children(self, request: Request, code: str) -> Response:
        """The regions directly below this one, once or now; ``on`` chooses a day."""
        self.get_object_or_404(code)
        return self.page_of(self.filter_queryset(self.get_queryset().filter(parent_id=code)))

    def get_object_or_404(self, code: str) -> Region:
        """The region ``code``; raises Refused 404."""
        region = self.get_queryset().filter(code=code).first()
        if region is None:
            raise not_found(_("There is no such region."))
        return region

    @extend_schema(
        operation_id="regions_at",
        parameters=[PointParams],
        responses=RegionSerializer,
        filters=False,
    )
    @action(detail=False, pagination_class=None, filterset_class=None)
    def at(self, request: Request) -> Response:
        """The county in which a place lies today; 404 outside the province."""
        refuse_unknown(request, frozenset({"lng", "lat", "datum"}))
        asked = PointParams(data=request.query_params)
        asked.is_valid(raise_exception=True)
        place = asked.validated_data
        lng, lat = convert_position(place["lng"], place["lat"], place["datum"], Datum.WGS84)
        region = county_at(Point(lng, lat, srid=4326))
        if region is None:
            raise not_found(_("The place lies in no county known here."))
        return Response(RegionSerializer(region).data)
