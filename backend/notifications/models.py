"""What is said to a person, and how it leaves the house."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import uuid_utils.compat as uuid
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User


class Kind(models.TextChoices):
    """What is said. Its words are in ``texts``."""

    CHECK_PLANNED = "check-planned", _("a check is planned for me")
    ASSIGNED = "assigned", _("a matter waits for me")
    URGED = "urged", _("a matter of mine is urged")
    DEADLINE_NEAR = "deadline-near", _("a deadline of mine is near")
    DEADLINE_MISSED = "deadline-missed", _("a deadline of mine was missed")
    HOT_SPOTS = "hot-spots", _("each week: where the hotline was called about what")
    APPLICATION = "application", _("an application of mine has moved on")
    STANDING_IN = "standing-in", _("I stand in for somebody")
    UNCOVERED = "uncovered", _("somebody is away and nobody stands in")
    MEETING_CALLED = "meeting-called", _("I am asked to a meeting")
    MEETING_MOVED = "meeting-moved", _("a meeting of mine has changed")
    MEETING_OFF = "meeting-off", _("a meeting of mine is cancelled")
    DUTY = "duty", _("I am on duty")
    DUTY_OFF = "duty-off", _("somebody else takes a duty of mine")
    DUTY_SWAP = "duty-swap", _("I am asked to swap a duty")
    ANNOUNCED = "announced", _("there is an announcement for me")
    ANNOUNCEMENT_URGED = "announce-urged", _("an announcement that I have not read is urged")
    ANNOUNCEMENT_ENDED = "announce-ended", _("an announcement that I have read was withdrawn")


STOPPABLE = frozenset(
    {
        Kind.CHECK_PLANNED,
        Kind.ASSIGNED,
        Kind.DEADLINE_NEAR,
        Kind.HOT_SPOTS,
        Kind.APPLICATION,
        Kind.MEETING_CALLED,
        Kind.DUTY,
        Kind.DUTY_SWAP,
        Kind.ANNOUNCED,
        Kind.ANNOUNCEMENT_ENDED,
    }
)
"""Those that a recipient may have in the system alone; an urging reaches him wherever it can."""


class NotificationQuerySet(models.QuerySet["Notification"]):
    """What was said."""

    def visible_to(self, user: User) -> Self:
        """What was said to ``user``; nobody reads another's."""
        return self.filter(recipient=user)


class Notification(models.Model):
    """What was said to one person.

    It names a thing by its number and a day, and nothing else: no text of a matter, no name of
    anybody, can leave the house with it.
    """

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    number = models.CharField(max_length=60, blank=True, help_text="Of the thing that it is about")
    day = models.DateField(null=True, blank=True, help_text="By when, or on which day")
    path = models.CharField(max_length=120, blank=True, help_text="Of the page that shows it")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["recipient", "-id"], name="notification_of_recipient"),
            models.Index(
                fields=["recipient"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"


class Message(models.Model):
    """A notification on its way out by one channel.

    ``key`` is sent with every try: the far side knows by it that it has this one already.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        GIVEN_UP = "given-up"

    notification = models.ForeignKey(
        Notification, on_delete=models.PROTECT, related_name="messages"
    )
    channel = models.CharField(max_length=8, help_text="Of backend/notifications/channels")
    key = models.UUIDField(unique=True, default=uuid.uuid7, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(help_text="While it waits: when it may be tried (again)")
    ended_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True, help_text="Why the last try failed")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["notification", "channel"], name="one_message_by_channel"
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["not_before"], condition=models.Q(state="waiting"), name="message_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} by {self.channel}: {self.state}"


class Wishes(models.Model):
    """In which language somebody is written to outside the system, and which kinds are not sent."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="notification_wishes"
    )
    language = models.CharField(
        max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    stopped = ArrayField(models.CharField(max_length=16, choices=Kind.choices), default=list)

    class Meta:
        verbose_name_plural = "wishes"

    def __str__(self) -> str:
        return f"{self.user_id}: {self.language}"
