"""Meeting rooms (会议室)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, IntegerField

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.calendars.permissions import KeepsCalendars
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.calendars.meeting_rooms import close_room, open_room
from backend.calendars.models import MeetingRoom
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer


class MeetingRoomSerializer(ModelSerializer[MeetingRoom]):
    """A room; nobody books one that is closed."""

    office_name = CharField(source="office.name", read_only=True)

    class Meta:
        model = MeetingRoom
        fields: Any = ("id", "office", "office_name", "name", "place", "seats", "closed_at")
        read_only_fields: Any = fields


class NewRoomSerializer(Serializer[Any]):
    """A room to book from now on."""

    office = IntegerField(min_value=1, max_value=BIGGEST_ID)
    name = CharField(max_length=60)
    place = CharField(max_length=120, required=False, allow_blank=True)
    seats = IntegerField(min_value=1, max_value=10_000, required=False, allow_null=True)


class MeetingRoomFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which rooms are filtered."""

    office = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)
    open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")

    class Meta:
        model = MeetingRoom
        fields: Any = ()


class MeetingRoomResource(ListMixin, DetailMixin, Resource[MeetingRoom]):
    """The rooms of the authorities and bodies in which the signed-in user has a post, and below."""

    queryset = MeetingRoom.objects.all()
    serializer_class = MeetingRoomSerializer
    filterset_class = MeetingRoomFilter
    lookup_value_converter = "key"
    permission_classes = (KeepsCalendars,)

    def visible_rows(self, user: User) -> QuerySet[MeetingRoom]:
        """Those that ``user`` sees."""
        return MeetingRoom.objects.visible_to(user).select_related("office")

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=NewRoomSerializer,
        responses={201: MeetingRoomSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Open a room."""
        given = NewRoomSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        room = open_room(actor=signed_in_user(request), **given.validated_data)
        return Response(self.get_serializer(room).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Close it; 409 while meetings are to be held there."""
        close_room(actor=signed_in_user(request), room=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
