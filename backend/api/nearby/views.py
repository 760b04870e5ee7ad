"""What is near what: questions about places, answered with units."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.nearby import queries
from backend.api.nearby.params import (
    AreaParams,
    AreaSerializer,
    DisplacedParams,
    PipeParams,
    PlacesParams,
    RadiusParams,
    TourParams,
    UnitParams,
    refuse_large_body,
)
from backend.api.nearby.serializers import NearUnitSerializer, TourSerializer, build_tour
from backend.api.query_params import read_query_params
from backend.api.resources import Resource
from backend.lib.problems import not_found
from backend.lib.statement_timeout import limit_statement_time
from backend.units.models import Unit
from geo.areas import parse_area
from geo.datum import Datum, convert_position

_TIMEOUT_MS = 5000
_BY_KEY = {"id": ("id",), "-id": ("-id",)}
_BY_DISTANCE = {"distance": ("away_mm", "id"), **_BY_KEY}
_UNIT_LIST = NearUnitSerializer(many=True)


class NearbyResource(Resource[Unit]):
    """Units by where they are (附近)."""

    queryset = Unit.objects.all()
    serializer_class = NearUnitSerializer
    filter_backends: Any = ()
    orders = _BY_KEY

    def visible_rows(self, user: User) -> QuerySet[Unit]:
        """The units of the jurisdiction, or of the entities that the signed-in user acts for."""
        return queries.filter_visible_units(user, {})

    def page_within_time(self, rows: QuerySet[Unit]) -> Response:
        """One page of ``rows``; raises Refused 503 when it takes too long."""
        with limit_statement_time(_TIMEOUT_MS):
            return self.page_of(rows)

    @extend_schema(operation_id="nearby_radius", parameters=[RadiusParams], responses=_UNIT_LIST)
    @action(detail=False, orders=_BY_DISTANCE)
    def radius(self, request: Request) -> Response:
        """Units within ``metres`` of a place, the nearest first."""
        asked = read_query_params(request, RadiusParams)
        rows = queries.filter_visible_units(signed_in_user(request), asked)
        return self.page_within_time(
            queries.units_around_point(rows, _build_point(asked), asked["metres"])
        )

    @extend_schema(
        operation_id="nearby_area",
        parameters=[AreaParams],
        request=AreaSerializer,
        responses=_UNIT_LIST,
    )
    @action(detail=False, methods=["post"])
    def area(self, request: Request) -> Response:
        """Units inside a drawn polygon; nothing is written. Later pages: the same body again."""
        refuse_large_body(request)
        asked = read_query_params(request, AreaParams)
        given = AreaSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        area = parse_area(given.validated_data["area"], Datum(given.validated_data["datum"]))
        return self.page_within_time(
            queries.units_in_area(
                queries.filter_visible_units(signed_in_user(request), asked), area
            )
        )

    @extend_schema(operation_id="nearby_places", parameters=[PlacesParams], responses=_UNIT_LIST)
    @action(detail=False)
    def places(self, request: Request) -> Response:
        """Units round public places (order 57 article 9), of a region and category or one."""
        asked = read_query_params(request, PlacesParams)
        # The region chooses places: their neighbours may stand across its border.
        rows = queries.filter_visible_units(signed_in_user(request), asked | {"region": None})
        return self.page_within_time(queries.units_near_places(rows, asked))

    @extend_schema(operation_id="nearby_pipeline", parameters=[PipeParams], responses=_UNIT_LIST)
    @action(detail=False, orders=_BY_DISTANCE)
    def pipeline(self, request: Request) -> Response:
        """Units within ``metres`` of the route of a piping unit, the nearest first."""
        asked = read_query_params(request, PipeParams)
        actor = signed_in_user(request)
        pipe = Unit.objects.visible_to(actor).filter(pk=asked["unit"], route__isnull=False).first()
        if pipe is None:
            raise not_found(_("There is no piping with a route of this number."))
        return self.page_within_time(
            queries.units_along_pipe(
                queries.filter_visible_units(actor, asked), pipe, asked["metres"]
            )
        )

    @extend_schema(operation_id="nearby_tour", parameters=[TourParams], responses=TourSerializer)
    @action(detail=False, pagination_class=None)
    def tour(self, request: Request) -> Response:
        """The nearest units that are overdue or due soon, in an order to visit them."""
        asked, actor = read_query_params(request, TourParams, paged=False), signed_in_user(request)
        rows = queries.filter_visible_units(actor, asked).filter(position__isnull=False)
        start = _build_point(asked)
        with limit_statement_time(_TIMEOUT_MS):
            due = queries.units_around_point(queries.due_units(rows), start, asked["metres"])
            found = list(due.order_by("away_mm", "id")[: asked["stops"]])
        return Response(TourSerializer(build_tour((start.x, start.y), found)).data)

    @extend_schema(operation_id="nearby_unseen", parameters=[UnitParams], responses=_UNIT_LIST)
    @action(detail=False)
    def unseen(self, request: Request) -> Response:
        """Units whose tag was never scanned, or that have none."""
        rows = queries.filter_visible_units(
            signed_in_user(request), read_query_params(request, UnitParams)
        )
        return self.page_within_time(rows.filter(risk__unseen=True))

    @extend_schema(
        operation_id="nearby_displaced", parameters=[DisplacedParams], responses=_UNIT_LIST
    )
    @action(detail=False)
    def displaced(self, request: Request) -> Response:
        """Units registered far from the median of at least three scans of their tag.

        One tag scanned in two places is a case: ``/api/v1/cases?kind=two-places``.
        """
        asked = read_query_params(request, DisplacedParams)
        return self.page_within_time(
            queries.filter_units_far_from_their_scans(
                queries.filter_visible_units(signed_in_user(request), asked), asked["metres"]
            )
        )


def _build_point(query_params: dict[str, Any]) -> Point:
    lng, lat = convert_position(
        query_params["lng"], query_params["lat"], query_params["datum"], Datum.WGS84
    )
    return Point(lng, lat, srid=4326)
