"""Meetings (会议): called, moved, cancelled; who is asked, and what each answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
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
    AnswerSerializer,
    AskedPeopleSerializer,
    ClashSerializer,
    CountAskedSerializer,
    MeetingCancellationSerializer,
    MeetingSerializer,
    MeetingWithClashesSerializer,
    MoveMeetingSerializer,
    NewMeetingSerializer,
    ParticipantSerializer,
    WordingSerializer,
)
from backend.api.etags import ETAG_HEADER, IF_MATCH_HEADER, require_match, respond_with_etag
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.calendars.answers import answer_meeting
from backend.calendars.clash_warnings import list_clashes_of
from backend.calendars.meetings import (
    MeetingWords,
    TimeAndPlace,
    ask_further,
    call_meeting,
    cancel_meeting,
    move_meeting,
    reword_meeting,
)
from backend.calendars.models import Meeting, Participant
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.paging import Order

_TIME = ("starts_at", "ends_at", "room", "place")
_WORDS = ("title", "agenda", "papers", "matter", "minutes")


class MeetingFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which meetings are filtered."""

    office = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)
    room = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)
    state = django_filters.ChoiceFilter(choices=Meeting.State.choices)
    ends_after = django_filters.IsoDateTimeFilter(field_name="ends_at", lookup_expr="gt")
    starts_before = django_filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="lt")
    mine = django_filters.BooleanFilter(method="by_mine", label="Those that ask for the reader")

    class Meta:
        model = Meeting
        fields: Any = ()

    def by_mine(self, rows: QuerySet[Meeting], _name: str, wanted: bool) -> QuerySet[Meeting]:  # noqa: FBT001
        """Those to which the reader is asked or sent, or the others."""
        mine = Participant.objects.of(signed_in_user(self.request)).values("meeting")
        return rows.filter(pk__in=mine) if wanted else rows.exclude(pk__in=mine)


class MeetingResource(ListMixin, DetailMixin, Resource[Meeting]):
    """The meetings that the signed-in user is asked to, and those of the offices of his line."""

    queryset = Meeting.objects.all()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    lookup_value_converter = "key"
    permission_classes = (KeepsCalendars,)
    of_everybody = frozenset({"answer"})
    orders: ClassVar[Mapping[str, Order]] = {
        "-id": ("-id",),
        "id": ("id",),
        "starts_at": ("starts_at", "id"),
    }

    def visible_rows(self, user: User) -> QuerySet[Meeting]:
        """Those that ``user`` sees."""
        rows = Meeting.objects.visible_to(user).select_related("office", "room", "chair")
        return rows.prefetch_related("papers")

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=NewMeetingSerializer,
        responses={201: MeetingWithClashesSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Call a meeting; who has something else then is told, and not refused."""
        given = NewMeetingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        made = call_meeting(
            actor=signed_in_user(request), when=_time_in(facts), wording=MeetingWords(**_words_in(facts)),
            **{name: facts[name] for name in facts if name not in _TIME + _WORDS},
        )  # fmt: skip
        return Response(_with_clashes(made), status=status.HTTP_201_CREATED)

    @extend_schema(
        request=WordingSerializer, parameters=[IF_MATCH_HEADER, ETAG_HEADER],
        responses=MeetingSerializer,
    )  # fmt: skip
    def partial_update(self, request: Request, pk: str) -> Response:
        """Write other words, papers, or the minutes."""
        given = WordingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            held = self._lock_unchanged(request, pk)
            words = {name: getattr(held, name) for name in ("title", "agenda")}
            words |= {"matter": held.matter_id, "minutes": held.minutes_id}
            words |= {"papers": [paper.pk for paper in held.papers.all()]}
            wording = MeetingWords(**(words | _words_in(given.validated_data)))
            reword_meeting(actor=signed_in_user(request), meeting=int(pk), wording=wording)
        return respond_with_etag(request, self.show_one())

    @extend_schema(
        request=MoveMeetingSerializer, parameters=[IF_MATCH_HEADER],
        responses=MeetingWithClashesSerializer,
    )  # fmt: skip
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Hold it at another time or place; all are told, and at another time answer anew."""
        given = MoveMeetingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        with transaction.atomic():
            self._lock_unchanged(request, pk)
            moved = move_meeting(
                actor=signed_in_user(request), meeting=int(pk), when=_time_in(facts),
                reason=facts["reason"],
            )  # fmt: skip
        return Response(_with_clashes(moved))

    @extend_schema(
        request=MeetingCancellationSerializer,
        parameters=[IF_MATCH_HEADER],
        responses=MeetingSerializer,
    )
    @action(detail=True, methods=["post"])
    def cancellation(self, request: Request, pk: str) -> Response:
        """Do not hold it; all are told."""
        given = MeetingCancellationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            self._lock_unchanged(request, pk)
            cancel_meeting(actor=signed_in_user(request), meeting=int(pk), **given.validated_data)
        return Response(self.show_one())

    @extend_schema(request=AnswerSerializer, responses=ParticipantSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Say whether one comes, until it begins."""
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        mine = answer_meeting(
            actor=signed_in_user(request), meeting=int(pk), **given.validated_data
        )
        return Response(ParticipantSerializer(mine).data)

    def _lock_unchanged(self, request: Request, pk: str) -> Meeting:
        """The meeting, locked, where it is what was read; raises Http404, Refused (412, 428)."""
        held = self.lock_one(pk)
        require_match(request, self.get_serializer(held).data)
        return held


class ParticipantFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which participants are filtered."""

    answer = django_filters.ChoiceFilter(choices=Participant.Answer.choices)

    class Meta:
        model = Participant
        fields: Any = ()


class ParticipantResource(ListMixin, Resource[Participant]):
    """Who is asked to a meeting that the signed-in user sees."""

    queryset = Participant.objects.all()
    serializer_class = ParticipantSerializer
    filterset_class = ParticipantFilter
    permission_classes = (KeepsCalendars,)
    orders: ClassVar[Mapping[str, Order]] = {"id": ("id",), "-id": ("-id",)}

    def visible_rows(self, user: User) -> QuerySet[Participant]:
        """Those of the meeting of the path; raises Http404 for a foreign one."""
        seen = Meeting.objects.visible_to(user)
        found = get_object_or_404(seen, pk=self.kwargs["meeting"])
        return Participant.objects.filter(meeting=found).select_related("user", "substitute")

    @extend_schema(request=AskedPeopleSerializer, responses={200: CountAskedSerializer})
    def create(self, request: Request, meeting: str) -> Response:
        """Ask people and offices besides; who is asked already is passed over."""
        given = AskedPeopleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fresh = ask_further(
            actor=signed_in_user(request), meeting=int(meeting), **given.validated_data
        )
        return Response({"asked": len(fresh)})


def _time_in(facts: Mapping[str, Any]) -> TimeAndPlace:
    return TimeAndPlace(**{name: facts[name] for name in _TIME if name in facts})


def _words_in(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in _WORDS if name in facts}


def _with_clashes(meeting: Meeting) -> Any:
    clashes = [clash._asdict() for clash in list_clashes_of(meeting)]
    return {**MeetingSerializer(meeting).data, "clashes": ClashSerializer(clashes, many=True).data}
