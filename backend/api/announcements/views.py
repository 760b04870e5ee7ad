"""Announcements (通知公告): what is addressed to the signed-in user, and what his offices published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.accounts.permissions import CarriesRight
from backend.announcements.actions import (
    correct_announcement,
    publish_announcement,
    withdraw_announcement,
)
from backend.announcements.models import Announcement, AnnouncementQuerySet, Receipt
from backend.announcements.posts import require_publisher
from backend.announcements.receipts import (
    confirm_announcement,
    count_receipts,
    note_seen,
)
from backend.announcements.urge import urge_missing
from backend.api.actors import signed_in_user
from backend.api.announcements.serializers import (
    AnnouncementCorrectionFormSerializer,
    AnnouncementCorrectionSerializer,
    AnnouncementSerializer,
    AnnouncementWithdrawalSerializer,
    ListedAnnouncement,
    NewAnnouncementFormSerializer,
    NewAnnouncementSerializer,
    ReceiptCountsSerializer,
    UnreadAnnouncementsSerializer,
    UrgedPeopleSerializer,
)
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.jobs import LOCATION_HEADER
from backend.api.parsers import BoundedJSONParser, BoundedMultiPartParser
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.parameters import refuse_unknown


class PublishesAnnouncements(CarriesRight):
    """Allows reading and confirming to whoever is signed in, and the rest to who publishes for an office.

    Raises Refused (403) for others, before anything of the request is read.
    """

    of_addressees = ("opening", "confirmation")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request has a signed-in user. Raises Refused (403)."""
        if not super().has_permission(request, view):
            return False
        if request.method not in SAFE_METHODS and view.action not in self.of_addressees:
            require_publisher(signed_in_user(request))
        return True


class AnnouncementFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which announcements are filtered."""

    office = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)
    state = django_filters.ChoiceFilter(choices=Announcement.State.choices)
    addressed = django_filters.BooleanFilter(method="filter_addressed", label="To me")
    waiting = django_filters.BooleanFilter(
        method="filter_waiting", label="In force, and not read or not confirmed by me"
    )

    class Meta:
        model = Announcement
        fields: Any = ()

    def filter_addressed(
        self,
        rows: AnnouncementQuerySet,
        _name: str,
        wanted: bool,  # noqa: FBT001
    ) -> AnnouncementQuerySet:
        """Those of which the reader has a receipt, or those of which he has none."""
        mine = Announcement.objects.addressed_to(signed_in_user(self.request))
        return rows.filter(pk__in=mine) if wanted else rows.exclude(pk__in=mine)

    def filter_waiting(
        self,
        rows: AnnouncementQuerySet,
        _name: str,
        wanted: bool,  # noqa: FBT001
    ) -> AnnouncementQuerySet:
        """Those that wait for the reader, or the others."""
        mine = Announcement.objects.waiting_for(signed_in_user(self.request))
        return rows.filter(pk__in=mine) if wanted else rows.exclude(pk__in=mine)


class AnnouncementResource(ListMixin, DetailMixin, Resource[Announcement]):
    """What is addressed to the signed-in user, and what was published in the line of his offices."""

    queryset = Announcement.objects.all()
    serializer_class = ListedAnnouncement
    filterset_class = AnnouncementFilter
    lookup_value_converter = "key"
    permission_classes = (PublishesAnnouncements,)
    parser_classes: Any = (BoundedJSONParser, BoundedMultiPartParser)

    def get_serializer_class(self) -> type[ListedAnnouncement]:
        """The serializer: a single one is told with its text."""
        return ListedAnnouncement if self.action == "list" else AnnouncementSerializer

    def visible_rows(self, user: User) -> QuerySet[Announcement]:
        """Those that ``user`` sees, with his own receipt of each."""
        own = Prefetch("receipts", Receipt.objects.filter(addressee=user), to_attr="own_receipts")
        rows = Announcement.objects.visible_to(user).select_related("office").prefetch_related(own)
        if self.action == "list":
            return rows
        return rows.select_related("published_by", "correction").prefetch_related("attachments")

    @extend_schema(
        request={
            "application/json": NewAnnouncementSerializer,
            "multipart/form-data": NewAnnouncementFormSerializer,
        },
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={200: AnnouncementSerializer, 201: AnnouncementSerializer},
    )
    def create(self, request: Request) -> Response:
        """Publish it to offices, levels and people; 200 where the key published it before."""
        key = read_idempotency_key(request)
        given = NewAnnouncementFormSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made, new = publish_announcement(
            actor=signed_in_user(request),
            office=given.validated_data["office"],
            wording=given.wording(),
            audience=given.audience(),
            files=given.validated_data.get("files", ()),
            key=key,
        )
        return self._answer(made.pk, new=new)

    @extend_schema(
        request={
            "application/json": AnnouncementCorrectionSerializer,
            "multipart/form-data": AnnouncementCorrectionFormSerializer,
        },
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={200: AnnouncementSerializer, 201: AnnouncementSerializer},
    )
    @action(detail=True, methods=["post"])
    def correction(self, request: Request, pk: str) -> Response:
        """Replace it by a new version, which everybody reads anew; 200 where the key did so before."""
        key = read_idempotency_key(request)
        given = AnnouncementCorrectionFormSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = given.validated_data
        made, new = correct_announcement(
            actor=signed_in_user(request),
            announcement=int(pk),
            wording=given.wording(),
            reason=told["reason"],
            files=told.get("files", ()),
            kept=told.get("kept", ()),
            key=key,
        )
        return self._answer(made.pk, new=new)

    @extend_schema(request=None, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def opening(self, request: Request, pk: str) -> Response:
        """Note that the signed-in user, an addressee, has opened it."""
        return self._change(request, pk, note_seen)

    @extend_schema(request=None, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def confirmation(self, request: Request, pk: str) -> Response:
        """Confirm that one has read it; again changes nothing."""
        return self._change(request, pk, confirm_announcement)

    @extend_schema(request=AnnouncementWithdrawalSerializer, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str) -> Response:
        """Withdraw it with a reason; it stays to be read, as withdrawn."""
        given = AnnouncementWithdrawalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._change(request, pk, withdraw_announcement, **given.validated_data)

    @extend_schema(request=None, responses=UrgedPeopleSerializer)
    @action(detail=True, methods=["post"])
    def urging(self, request: Request, pk: str) -> Response:
        """Urge all who have not read or not confirmed it; 429 within a day."""
        urged = urge_missing(actor=signed_in_user(request), announcement=int(pk))
        return Response({"urged": urged})

    @extend_schema(responses=ReceiptCountsSerializer)
    @action(detail=True)
    def counts(self, request: Request, pk: str) -> Response:
        """How far it has come, to the publishing office and those above it."""
        refuse_unknown(request, frozenset())
        found = get_published_announcement(signed_in_user(request), int(pk))
        return Response(ReceiptCountsSerializer(count_receipts(found)).data)

    @extend_schema(
        operation_id="announcements_waiting", responses=UnreadAnnouncementsSerializer, filters=False
    )
    @action(detail=False, filterset_class=None, pagination_class=None)
    def waiting(self, request: Request) -> Response:
        """How many wait for the signed-in user."""
        refuse_unknown(request, frozenset())
        count = Announcement.objects.waiting_for(signed_in_user(request)).count()
        return Response({"waiting": count})

    @extend_schema(
        operation_id="announcements_attachments_retrieve",
        parameters=[LOCATION_HEADER],
        responses={302: OpenApiResponse(description="The file, for two minutes")},
    )
    @action(detail=True, url_path="attachments/<uuid:attachment>")
    def attachment(self, request: Request, pk: str, attachment: Any) -> Response:
        """Where an attachment of an announcement lies, for two minutes."""
        found = get_object_or_404(self.get_object().attachments, pk=attachment)
        return Response(status=status.HTTP_302_FOUND, headers={"Location": found.file.url})

    def _answer(self, pk: int, *, new: bool) -> Response:
        data = self.get_serializer(self.get_queryset().get(pk=pk)).data
        code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
        return Response(data, status=code)

    def _change(
        self, request: Request, pk: str, change: Callable[..., Any], **facts: Any
    ) -> Response:
        """Change it, and answer with it as it stands then; 404 for what the reader does not see."""
        change(actor=signed_in_user(request), announcement=int(pk), **facts)
        return Response(self.get_serializer(self.get_object()).data)


def get_published_announcement(user: User, pk: int) -> Announcement:
    """An announcement of the line of ``user``: its addressees alone do not see who has read it. Raises Http404."""
    return get_object_or_404(Announcement.objects.published_in_line_of(user), pk=pk)
