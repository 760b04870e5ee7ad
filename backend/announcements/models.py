"""Announcements, the offices that they reach, and one receipt for each addressee."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from backend.accounts.models import User
from backend.announcements import triggers
from backend.lib import clock
from backend.lib.append_only import append_only_trigger
from backend.offices.models import Office, Post, post_in_force
from backend.offices.seats import Seats


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Queries for announcements, limited by who may see them."""

    def visible_to(self, user: User) -> AnnouncementQuerySet:
        """Those addressed to ``user``, and those that he sees as one of the publishing side."""
        return self.filter(models.Exists(_receipts_of(user)) | _of_line(user))

    def published_in_line_of(self, user: User) -> AnnouncementQuerySet:
        """Those of the offices in which ``user`` has a seat and of all below them."""
        return self.filter(_of_line(user))

    def addressed_to(self, user: User) -> AnnouncementQuerySet:
        """Those of which ``user`` has a receipt."""
        return self.filter(models.Exists(_receipts_of(user)))

    def in_force(self) -> AnnouncementQuerySet:
        """Those that stand, and matter still."""
        return self.filter(state=Announcement.State.PUBLISHED, matters_until__gte=clock.today())

    def waiting_for(self, user: User) -> AnnouncementQuerySet:
        """Those in force that ``user`` has to read or to confirm."""
        return self.in_force().filter(models.Exists(_receipts_of(user).waiting()))


def _receipts_of(user: User) -> ReceiptQuerySet:
    return Receipt.objects.filter(announcement=models.OuterRef("pk"), addressee=user)


def _of_line(user: User) -> models.Q:
    return models.Q(office__in=Seats.of(user).offices_and_descendants())


@pgtrigger.register(*triggers.announcement_triggers())
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
    exclude=["body"],
)
class Announcement(models.Model):
    """What an office told its people. Its text never changes: a correction is a new one."""

    class Importance(models.TextChoices):
        NORMAL = "normal", pgettext_lazy("announcement", "normal")
        IMPORTANT = "important", pgettext_lazy("announcement", "important")
        URGENT = "urgent", pgettext_lazy("announcement", "urgent")

    class State(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("announcement", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("announcement", "withdrawn")
        REPLACED = "replaced", pgettext_lazy("announcement", "replaced by a correction")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="announcements")
    title = models.CharField(max_length=200)
    body = models.TextField()
    importance = models.CharField(
        max_length=9, choices=Importance.choices, default=Importance.NORMAL
    )
    matters_until = models.DateField(
        help_text="The last day on which it is to be read, and on which newcomers are given it"
    )
    confirm_by = models.DateField(
        null=True, blank=True, help_text="By when each confirms it; null where nobody needs to"
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="correction"
    )
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_for = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The holder of the post where a substitute published it",
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.PUBLISHED)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was withdrawn or replaced"
    )
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(
        max_length=400, blank=True, help_text="Why it was withdrawn or replaced"
    )
    urged_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["office", "-id"], name="announcement_of_office"),
            models.Index(
                fields=["matters_until"],
                condition=models.Q(state="published"),
                name="announcement_in_force",
            ),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(confirm_by=None)
                | models.Q(confirm_by__lte=models.F("matters_until")),
                name="announcement_confirmed_while_it_matters",
            ),
            models.CheckConstraint(
                condition=models.Q(state="published", ended_at=None, ended_by=None, reason="")
                | (
                    ~models.Q(state="published")
                    & models.Q(ended_at__isnull=False, ended_by__isnull=False)
                    & ~models.Q(reason="")
                ),
                name="announcement_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def read_by(self) -> Any:
        """The day by which addressees have read it: that of the confirmation where one is asked for."""
        return self.confirm_by or self.matters_until


@pgtrigger.register(append_only_trigger())
class Reach(models.Model):
    """An office whose people an announcement is for: those of today, and who joins it while it matters."""

    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, related_name="reaches")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "reaches"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["announcement", "office"], name="office_reached_once")
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} to {self.office_id}"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Queries for receipts, by where they stand."""

    def unread(self) -> ReceiptQuerySet:
        """Those whose addressee has not opened it."""
        return self.filter(seen_at=None)

    def not_confirmed(self) -> ReceiptQuerySet:
        """Those whose addressee was asked to confirm it and has not."""
        return self.filter(announcement__confirm_by__isnull=False, confirmed_at=None)

    def waiting(self) -> ReceiptQuerySet:
        """Those whose addressee has something left to do."""
        unconfirmed = models.Q(announcement__confirm_by__isnull=False, confirmed_at=None)
        return self.filter(models.Q(seen_at=None) | unconfirmed)

    def standing_at(self, standing: str) -> ReceiptQuerySet:
        """Those of people of today who have this of ``Receipt.Standing`` left to do."""
        left = {
            Receipt.Standing.WAITING: self.waiting,
            Receipt.Standing.UNREAD: self.unread,
            Receipt.Standing.UNCONFIRMED: self.not_confirmed,
        }
        return left[Receipt.Standing(standing)]().of_staff_today()

    def of_staff_today(self) -> ReceiptQuerySet:
        """Those of people who hold a post today: who has gone is missed by nobody."""
        held = Post.objects.filter(post_in_force(clock.today()), user=models.OuterRef("addressee"))
        return self.filter(models.Exists(held), addressee__is_active=True)


@pgtrigger.register(*triggers.receipt_triggers())
class Receipt(models.Model):
    """What one addressee did with an announcement: opened it, confirmed it, or nothing yet (阅读回执)."""

    class Standing(models.TextChoices):
        WAITING = "waiting", _("not read or not confirmed")
        UNREAD = "unread", _("not read")
        UNCONFIRMED = "unconfirmed", _("not confirmed")

    id = models.BigAutoField(primary_key=True)
    # Both keys stand in front of an index of two columns.
    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="receipts", db_index=False
    )
    addressee = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="announcement_receipts", db_index=False
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="announcement_receipts",
        db_index=False,
        help_text="In which he was addressed; of several posts the one that stays longest",
    )
    seen_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["addressee", "announcement"], name="receipt_of_addressee"),
            models.Index(fields=["announcement", "office"], name="receipt_of_office"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["announcement", "addressee"], name="one_receipt_of_an_addressee"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | models.Q(seen_at__isnull=False),
                name="receipt_seen_before_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} to {self.addressee_id}"


@pgtrigger.register(append_only_trigger())
class Attachment(models.Model):
    """A file that comes with an announcement; a correction names the same bytes again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="attachments"
    )
    title = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80, help_text="Found in the content, not declared")
    sha256 = models.CharField(max_length=64, db_collation="C")
    size = models.PositiveIntegerField(help_text="Bytes")
    pages = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of a PDF")
    file = models.FileField(max_length=120)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["announcement", "sha256"], name="one_attachment_of_an_announcement"
            )
        ]

    def __str__(self) -> str:
        return self.title
