"""Meetings of offices, the rooms that they take, and who takes part."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
import uuid_utils.compat as uuid
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.calendars.models.spans import Span
from backend.matters.models import Matter
from backend.offices.models import Office
from backend.offices.seats import Seats
from backend.papers.models import Paper


class MeetingRoomQuerySet(models.QuerySet["MeetingRoom"]):
    """Queries for rooms, limited by who may see them."""

    def visible_to(self, user: User) -> MeetingRoomQuerySet:
        """Those of the authorities and bodies in which ``user`` has a seat, and of all below."""
        seats = Seats.of(user)
        mine = Office.objects.filter(pk__in={seat.office for seat in seats.seats})
        same = Q(office__authority__in=mine.exclude(authority=None).values("authority"))
        same |= Q(office__body__in=mine.exclude(body=None).values("body"))
        return self.filter(same | Q(office__in=seats.offices_and_descendants()))

    def open(self) -> MeetingRoomQuerySet:
        """Those that can be booked."""
        return self.filter(closed_at=None)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class MeetingRoom(models.Model):
    """A room (会议室) of an office, in which one meeting is held at a time."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="meeting_rooms")
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=120, blank=True, help_text="Where it is: 办公楼五层")
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="Since when nobody books it")

    objects = MeetingRoomQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["office", "name"],
                condition=Q(closed_at__isnull=True),
                name="one_meeting_room_of_a_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Queries for meetings, limited by who may see them."""

    def visible_to(self, user: User) -> MeetingQuerySet:
        """Those that an office called in whose line ``user`` has a seat, and those that ask for him."""
        seats = Seats.of(user)
        if not seats.seats:
            return self.none()
        called = Q(office__in=seats.offices_and_descendants())
        return self.filter(called | Q(pk__in=Participant.objects.of(user).values("meeting")))

    def still_called(self) -> MeetingQuerySet:
        """Those that were not cancelled."""
        return self.filter(state=Meeting.State.CALLED)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
@pgtrigger.register(pgtrigger.Protect(name="kept", operation=pgtrigger.Delete))
class Meeting(models.Model):
    """A meeting (会议) that an office called, from its call until it was held or cancelled.

    ``uid`` and ``sequence`` are those of its event in calendars (RFC 5545 sections 3.8.4.7, 3.8.7.4).
    """

    class State(models.TextChoices):
        CALLED = "called", pgettext_lazy("meeting", "called")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.ForeignKey(
        MeetingRoom, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    place = models.CharField(max_length=120, blank=True, help_text="Where there is no room of ours")
    agenda = models.TextField(max_length=4000, blank=True)
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    papers = models.ManyToManyField(
        Paper, blank=True, related_name="+", help_text="To be read before"
    )
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="What it is about",
    )  # fmt: skip
    minutes = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The document that holds what was said (纪要)",
    )  # fmt: skip
    state = models.CharField(max_length=9, choices=State.choices, default=State.CALLED)
    reason = models.CharField(
        max_length=400, blank=True, help_text="Why it was moved last, or cancelled"
    )
    uid = models.UUIDField(unique=True, default=uuid.uuid7, editable=False)
    sequence = models.PositiveIntegerField(default=0, help_text="Grows with each change")
    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["office", "-id"], name="meeting_of_office")
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=False) | ~Q(place=""), name="meeting_is_somewhere"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""),
                name="meeting_cancelled_with_a_reason",
            ),
            ExclusionConstraint(
                name="room_taken_once",
                expressions=[("room", RangeOperators.EQUAL), (Span(), RangeOperators.OVERLAPS)],
                condition=Q(state="called", room__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        """The place in one line."""
        parts = [self.room.name, self.room.place] if self.room else []
        return " ".join(filter(None, [*parts, self.place]))


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Queries for participants."""

    def of(self, user: User) -> ParticipantQuerySet:
        """Where ``user`` is asked himself, or sent by somebody."""
        return self.filter(Q(user=user) | Q(substitute=user))

    def who_come(self) -> ParticipantQuerySet:
        """All who did not say that they stay away."""
        return self.exclude(answer=Participant.Answer.ABSENT)


class Participant(models.Model):
    """Somebody who is asked to a meeting (参会人), and what he answered.

    Whole offices were resolved into people when they were asked: who joins later is asked by hand.
    """

    class Answer(models.TextChoices):
        OPEN = "open", pgettext_lazy("participant", "not answered")
        COMES = "comes", pgettext_lazy("participant", "comes")
        ABSENT = "absent", pgettext_lazy("participant", "does not come")
        SENDS = "sends", pgettext_lazy("participant", "sends a substitute")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The office that was asked as a whole; none of who was asked by name",
    )  # fmt: skip
    answer = models.CharField(max_length=6, choices=Answer.choices, default=Answer.OPEN)
    reason = models.CharField(max_length=200, blank=True, help_text="Why he does not come himself")
    substitute = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["meeting", "user"], name="asked_once_to_a_meeting"),
            models.CheckConstraint(
                condition=~Q(answer__in=("absent", "sends")) | ~Q(reason=""),
                name="participant_stays_away_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(answer="sends", substitute__isnull=False)
                | (~Q(answer="sends") & Q(substitute__isnull=True)),
                name="participant_sends_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.meeting_id}: {self.answer}"

    @property
    def comer(self) -> User:
        """Who comes for him, or he himself."""
        return self.substitute or self.user
