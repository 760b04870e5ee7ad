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
from backend.api import near
from backend.api.actors import actor_of
from backend.api.asking_near import (
    AreaQuestion,
    AreaSerializer,
    Common,
    DisplacedQuestion,
    PipeQuestion,
    PlacesQuestion,
    RadiusQuestion,
    TourQuestion,
    too_long,
)
from backend.api.questions import asked_of
from backend.api.resources import Resource
from backend.api.shown_near import NearUnitSerializer, TourSerializer, tour_of
from backend.lib.bounded import bounded
from backend.lib.problems import not_found
from backend.units.models import Unit
from geo.areas import area_of
from geo.datum import Datum, convert

_MOST_MS = 5000
_BY_KEY = {"id": ("id",), "-id": ("-id",)}
_BY_DISTANCE = {"distance": ("away_mm", "id"), **_BY_KEY}
_LIST = NearUnitSerializer(many=True)


class NearbyResource(Resource[Unit]):
    """Units by where they are (附近)."""

    queryset = Unit.objects.all()
    serializer_class = NearUnitSerializer
    filter_backends: Any = ()
    orders = _BY_KEY

    def visible(self, user: User) -> QuerySet[Unit]:
        """Those in the jurisdiction, or of the entities the reader acts for."""
        return near.chosen(user, {})

    def answer(self, rows: QuerySet[Unit]) -> Response:
        """One page, or 503 when it would take too long."""
        with bounded(_MOST_MS):
            return self.page_of(rows)

    @extend_schema(operation_id="nearby_radius", parameters=[RadiusQuestion], responses=_LIST)
    @action(detail=False, orders=_BY_DISTANCE)
    def radius(self, request: Request) -> Response:
        """Units within ``metres`` of a place, the nearest first."""
        asked = asked_of(request, RadiusQuestion)
        rows = near.chosen(actor_of(request), asked)
        return self.answer(near.round_a_point(rows, _point(asked), asked["metres"]))

    @extend_schema(
        operation_id="nearby_area",
        parameters=[AreaQuestion],
        request=AreaSerializer,
        responses=_LIST,
    )
    @action(detail=False, methods=["post"])
    def area(self, request: Request) -> Response:
        """Units inside a drawn polygon; nothing is written. Later pages: the same body again."""
        too_long(request)
        asked = asked_of(request, AreaQuestion)
        given = AreaSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        area = area_of(given.validated_data["area"], Datum(given.validated_data["datum"]))
        return self.answer(near.in_area(near.chosen(actor_of(request), asked), area))

    @extend_schema(operation_id="nearby_places", parameters=[PlacesQuestion], responses=_LIST)
    @action(detail=False)
    def places(self, request: Request) -> Response:
        """Units round public places (order 57 article 9), of a region and category or one."""
        asked = asked_of(request, PlacesQuestion)
        # The region chooses places: their neighbours may stand across its border.
        rows = near.chosen(actor_of(request), asked | {"region": None})
        return self.answer(near.near_places(rows, asked))

    @extend_schema(operation_id="nearby_pipeline", parameters=[PipeQuestion], responses=_LIST)
    @action(detail=False, orders=_BY_DISTANCE)
    def pipeline(self, request: Request) -> Response:
        """Units within ``metres`` of the route of a piping unit, the nearest first."""
        asked = asked_of(request, PipeQuestion)
        actor = actor_of(request)
        pipe = Unit.objects.visible_to(actor).filter(pk=asked["unit"], route__isnull=False).first()
        if pipe is None:
            raise not_found(_("There is no piping with a route of this number."))
        return self.answer(near.along_pipe(near.chosen(actor, asked), pipe, asked["metres"]))

    @extend_schema(operation_id="nearby_tour", parameters=[TourQuestion], responses=TourSerializer)
    @action(detail=False, pagination_class=None)
    def tour(self, request: Request) -> Response:
        """The nearest units that are overdue or due soon, in an order to visit them."""
        asked, actor = asked_of(request, TourQuestion, paged=False), actor_of(request)
        rows = near.chosen(actor, asked).filter(position__isnull=False)
        start = _point(asked)
        with bounded(_MOST_MS):
            due = near.round_a_point(near.due_units(rows), start, asked["metres"])
            found = list(due.order_by("away_mm", "id")[: asked["stops"]])
        return Response(TourSerializer(tour_of((start.x, start.y), found)).data)

    @extend_schema(operation_id="nearby_unseen", parameters=[Common], responses=_LIST)
    @action(detail=False)
    def unseen(self, request: Request) -> Response:
        """Units whose tag was never scanned, or that have none."""
        rows = near.chosen(actor_of(request), asked_of(request, Common))
        return self.answer(rows.filter(risk__unseen=True))

    @extend_schema(operation_id="nearby_displaced", parameters=[DisplacedQuestion], responses=_LIST)
    @action(detail=False)
    def displaced(self, request: Request) -> Response:
        """Units registered far from the median of at least three scans of their tag.

        One tag scanned in two places is a case: ``/api/v1/cases?kind=two-places``.
        """
        asked = asked_of(request, DisplacedQuestion)
        return self.answer(near.displaced(near.chosen(actor_of(request), asked), asked["metres"]))


def _point(asked: dict[str, Any]) -> Point:
    lng, lat = convert(asked["lng"], asked["lat"], asked["datum"], Datum.WGS84)
    return Point(lng, lat, srid=4326)
