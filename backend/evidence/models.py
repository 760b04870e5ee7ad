"""Photos and scans kept as proof: the row is the truth, the bytes lie in object storage."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

import pghistory
from django.contrib.gis.db.models import PointField
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from backend.accounts.models import User
from backend.evidence.formats import PILLOW_FORMATS

MOST_DRAW_TRIES = 5
"""After so many the pictures of a photo are not begun again: it is kept and not shown."""


class FileQuerySet(models.QuerySet["File"]):
    """Queries for photos and scans."""

    def pictures(self) -> FileQuerySet:
        """The photos: what can be shown in place."""
        return self.filter(media_type__in=PILLOW_FORMATS)

    def sent_by(self, users: Collection[int]) -> FileQuerySet:
        """The photos whose bytes one of these users has sent: knowing a hash alone proves nothing."""
        return self.pictures().scans_sent_by(users)

    def scans_sent_by(self, users: Collection[int]) -> FileQuerySet:
        """The photos and PDFs whose bytes one of these users has sent."""
        sent = Sender.objects.filter(file=models.OuterRef("pk"), user__in=users)
        return self.filter(models.Exists(sent))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
    exclude=["draw_tries"],
)
class File(models.Model):
    """One photo or PDF, bit for bit as it was sent. The same content is one row, whoever sends it."""

    class State(models.TextChoices):
        STORED = "stored", _("stored")
        SPOOLED = "spooled", _("waiting for storage")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, db_collation="C")
    size = models.PositiveBigIntegerField(help_text="Bytes")
    media_type = models.CharField(max_length=32, help_text="Found in the content, not declared")
    original_name = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=120, unique=True, help_text="Where it lies in the bucket")
    state = models.CharField(max_length=8, choices=State.choices, default=State.SPOOLED)
    uploaded_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="files",
        help_text="Nobody where a citizen sent it without an account",
    )
    uploaded_at = models.DateTimeField()
    taken_at = models.DateTimeField(
        null=True, blank=True, help_text="By the camera, where it can be believed"
    )
    taken_at_raw = models.CharField(
        max_length=64, blank=True, help_text="As the camera wrote it, believed or not"
    )
    position = PointField(
        srid=4326, null=True, blank=True, help_text="By the camera, where it can be believed"
    )
    orientation = models.PositiveSmallIntegerField(default=1, help_text="EXIF tag 274, 1 to 8")
    width = models.PositiveIntegerField(
        null=True, blank=True, help_text="Pixels, of the upright picture"
    )
    height = models.PositiveIntegerField(
        null=True, blank=True, help_text="Pixels, of the upright picture"
    )
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="Of a PDF")
    exif = models.JSONField(default=dict, help_text="A chosen part of the EXIF data, raw")

    draw_tries = models.PositiveSmallIntegerField(
        default=0, help_text="How often its pictures for showing were begun"
    )

    objects = FileQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_is_hex"
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="file_is_not_empty"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["uploaded_at"], name="file_spooled", condition=models.Q(state="spooled")
            ),
            models.Index(fields=["uploaded_at"], name="file_uploaded_at"),
        ]

    def __str__(self) -> str:
        return self.original_name or str(self.id)

    @property
    def is_picture(self) -> bool:
        """Whether pictures for showing are drawn of it."""
        return self.media_type in PILLOW_FORMATS


class Sender(models.Model):
    """Who has sent the bytes of a photo, first or after others: he may name it as his evidence."""

    pk = models.CompositePrimaryKey("file_id", "user_id")
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="senders")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.file_id} {self.user_id}"


class Rendition(models.Model):
    """A picture made from a file for showing: upright, sRGB, JPEG, without metadata."""

    class Kind(models.TextChoices):
        THUMBNAIL = "thumbnail", _("thumbnail")
        SCREEN = "screen", _("screen")

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["file", "kind"], name="one_rendition_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind}"
