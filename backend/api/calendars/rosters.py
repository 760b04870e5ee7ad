"""Duty rosters (值班表) of offices, their shifts and phones."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.calendars.permissions import KeepsCalendars
from backend.api.calendars.serializers import (
    DutyDeskSerializer,
    NewRosterSerializer,
    NewShiftSerializer,
    RosterSerializer,
    SetDutiesSerializer,
    ShiftSerializer,
    TurnsSerializer,
    WholeRosterSerializer,
)
from backend.api.etags import IF_MATCH_HEADER, require_match
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.calendars.models import DutyDesk, Roster, Shift
from backend.calendars.roster_checks import list_absences_during_duty, list_roster_faults
from backend.calendars.rosters import begin_roster, publish_roster, set_duties
from backend.calendars.shifts import end_shift, open_shift, set_duty_phone
from backend.calendars.turns import fill_roster
from backend.fieldwork.serializers import BIGGEST_ID


class OfficeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameter by which what offices keep is filtered."""

    office = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)


class RosterFilter(OfficeFilter):
    """The parameters by which rosters are filtered."""

    month = django_filters.DateFilter(label="Its first day")
    published = django_filters.BooleanFilter(
        field_name="published_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Roster
        fields: Any = ()


class ShiftFilter(OfficeFilter):
    """The parameters by which shifts are filtered."""

    class Meta:
        model = Shift
        fields: Any = ()


class ShiftResource(ListMixin, Resource[Shift]):
    """The shifts of the offices above and below the signed-in user, and of his own."""

    queryset = Shift.objects.all()
    serializer_class = ShiftSerializer
    filterset_class = ShiftFilter
    lookup_value_converter = "key"
    permission_classes = (KeepsCalendars,)

    def visible_rows(self, user: User) -> QuerySet[Shift]:
        """Those that ``user`` sees."""
        return Shift.objects.visible_to(user)

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=NewShiftSerializer,
        responses={201: ShiftSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Let new rosters of an office have a further shift."""
        given = NewShiftSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        shift = open_shift(actor=signed_in_user(request), **given.validated_data)
        return Response(self.get_serializer(shift).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Let new rosters be without it."""
        end_shift(actor=signed_in_user(request), shift=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DutyDeskResource(ListMixin, Resource[DutyDesk]):
    """How the duty of the offices above and below the signed-in user is reached, and of his own."""

    queryset = DutyDesk.objects.all()
    serializer_class = DutyDeskSerializer
    lookup_field = "office"
    lookup_value_converter = "key"
    permission_classes = (KeepsCalendars,)
    orders = {"office": ("office",)}

    def visible_rows(self, user: User) -> QuerySet[DutyDesk]:
        """Those that ``user`` sees."""
        return DutyDesk.objects.visible_to(user)

    @extend_schema(responses=DutyDeskSerializer)
    def update(self, request: Request, office: str) -> Response:
        """Write down the phone of the office's duty."""
        given = DutyDeskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        desk = set_duty_phone(
            actor=signed_in_user(request), office=int(office), **given.validated_data
        )
        return Response(self.get_serializer(desk).data)


class RosterResource(ListMixin, DetailMixin, Resource[Roster]):
    """Published rosters of the line of the signed-in user, and drafts of the offices he keeps."""

    queryset = Roster.objects.all()
    serializer_class = RosterSerializer
    filterset_class = RosterFilter
    lookup_value_converter = "key"
    permission_classes = (KeepsCalendars,)

    def get_serializer_class(self) -> type[RosterSerializer]:
        """The serializer: a single one tells its duties and faults."""
        return RosterSerializer if self.action in ("list", "create") else WholeRosterSerializer

    def visible_rows(self, user: User) -> QuerySet[Roster]:
        """Those that ``user`` sees."""
        rows = Roster.objects.visible_to(user).select_related("office")
        return rows.prefetch_related("shifts")

    def show_one(self) -> Any:
        """The document of what the path names; raises Http404."""
        return _roster_with_duties(self.get_object())

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=NewRosterSerializer,
        responses={200: RosterSerializer, 201: RosterSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Begin the roster of an office for a month; 200 with the one that stands."""
        given = NewRosterSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        roster, new = begin_roster(actor=signed_in_user(request), **given.validated_data)
        code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
        return Response(RosterSerializer(roster).data, status=code)

    @extend_schema(
        request=TurnsSerializer, parameters=[IF_MATCH_HEADER], responses=WholeRosterSerializer
    )
    @action(detail=True, methods=["post"])
    def filling(self, request: Request, pk: str) -> Response:
        """Name people by turns for the whole month, instead of whoever stands in the draft."""
        given = TurnsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        turns = {"leaders": [], "people": []} | given.validated_data
        with transaction.atomic():
            require_match(request, _roster_with_duties(self.lock_one(pk)))
            fill_roster(actor=signed_in_user(request), roster=int(pk), **turns)
        return Response(self.show_one())

    @extend_schema(
        request=SetDutiesSerializer, parameters=[IF_MATCH_HEADER], responses=WholeRosterSerializer
    )
    @action(detail=True, methods=["put"])
    def duties(self, request: Request, pk: str) -> Response:
        """Name who is on duty for one shift of one day."""
        given = SetDutiesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        named = {"leaders": [], "people": []} | given.validated_data
        with transaction.atomic():
            require_match(request, _roster_with_duties(self.lock_one(pk)))
            set_duties(actor=signed_in_user(request), roster=int(pk), **named)
        return Response(self.show_one())

    @extend_schema(request=None, responses=WholeRosterSerializer)
    @action(detail=True, methods=["post"])
    def publication(self, request: Request, pk: str) -> Response:
        """Publish it; 409 with the first gaps and doubles."""
        publish_roster(actor=signed_in_user(request), roster=int(pk))
        return Response(self.show_one())


def _roster_with_duties(roster: Roster) -> Any:
    """The document of a roster with its duties."""
    shown = roster.duties.filter(ended_at=None).order_by("starts_at", "-leads", "pk")
    found: Any = roster
    found.standing_duties = shown.select_related("roster__office__duty_desk", "shift", "person")
    found.faults = [fault._asdict() for fault in list_roster_faults(roster)]
    found.away = [away._asdict() for away in list_absences_during_duty(roster)]
    return WholeRosterSerializer(found).data
