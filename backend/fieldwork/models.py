"""What came in from the field, item by item and word for word, and what became of each."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from backend.accounts.models import User
from backend.accounts.rights import (
    Right,
    jurisdiction_filter,
    jurisdiction_filter_empty_as_province,
)
from backend.cases.models import Case
from backend.evidence.models import File
from backend.fieldwork.missing_photos import MissingPhotos
from backend.inspections.models import Report
from backend.lib import clock
from geo.models import Region
from tagging.models import Scan


class ItemQuerySet(models.QuerySet["Item"]):
    """Items by who may see them."""

    def judged_by(self, user: User) -> ItemQuerySet:
        """The items of the places, and of the people, from where a post of ``user`` lets him judge field work.

        Nobody else sees them.
        """
        judges = Right.JUDGE_FIELDWORK
        here = jurisdiction_filter_empty_as_province(user, "region_id", right=judges)
        return self.filter(here | jurisdiction_filter(user, "user__region_id", right=judges))

    def for_staff(self) -> ItemQuerySet:
        """The items that staff must look at: held, or waiting for days for what may never come."""
        long_ago = clock.now() - dt.timedelta(days=settings.ITEM_WAITING_DAYS)
        due = models.Q(state=Item.State.PARKED) | models.Q(received_at__lte=long_ago)
        # The first condition is that of the index.
        return self.filter(due, state__in=[Item.State.PARKED, Item.State.WAITING])

    def with_missing_photos(self) -> ItemQuerySet:
        """The items with ``missing``: the photos named that the server has not got at this moment."""
        found: dict[str, Any] = {"missing": MissingPhotos("photos", "user_id", "stated_by_id")}
        return self.annotate(**found)

    def stated_by_others(self) -> ItemQuerySet:
        """The items that another than their maker stands for, with both of them."""
        theirs = self.filter(stated_by__isnull=False)
        return theirs.select_related("user", "stated_by")

    def for_receipts(self) -> ItemQuerySet:
        """The items with what a receipt tells, and without the bodies, which may be large."""
        return (
            self.with_missing_photos()
            .select_related("report__issue", "stated_by")
            .defer("raw", "mended")
        )


@pgtrigger.register(
    pgtrigger.ReadOnly(
        name="as_it_came", fields=["item_id", "user", "kind", "raw", "digest", "received_at"]
    ),
    pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
)
class Item(models.Model):
    """One item of a phone's outbox. What came never changes; what became of it does.

    The first content under an ``item_id`` of a user is the item. Other content under the same id
    is kept as a row of its own, a ``rival``, in state conflict.
    """

    class Kind(models.TextChoices):
        SCAN = "scan", _("scan")
        REPORT = "report", _("report")
        CORRECTION = "correction", _("correction")

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        WAITING = "waiting", pgettext_lazy("item", "waiting")
        PARKED = "held", pgettext_lazy("item", "held for staff")
        CONFLICT = "conflict", pgettext_lazy("item", "conflict")
        REJECTED = "rejected", pgettext_lazy("item", "not a fact")

    item_id = models.UUIDField(null=True, blank=True, help_text="Made by the phone")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="items")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, help_text="Whose staff look"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)
    sent_id = models.CharField(
        max_length=64, blank=True, help_text="What is no fact gave for its id, cut"
    )
    raw = models.BinaryField(help_text="The JSON of the item, byte for byte; none if too large")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON")
    rival = models.BooleanField(default=False, help_text="Other content under a known id")

    state = models.CharField(max_length=8, choices=State.choices)
    code = models.CharField(max_length=40, blank=True, help_text="Why, as in problem documents")
    detail = models.TextField(blank=True)
    errors = models.JSONField(default=list, blank=True, help_text="Pointers and texts")
    photos = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        help_text="SHA-256 of those that its body names, be they here or not",
    )
    after = ArrayField(
        models.UUIDField(), default=list, blank=True, help_text="Items that come before this one"
    )
    alone = models.BooleanField(
        default=False, help_text="Staff said that the items before it are not needed"
    )
    flags = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    device = models.CharField(max_length=64, blank=True)
    app = models.CharField(max_length=40, blank=True, help_text="Version of the client")
    made_at = models.DateTimeField(null=True, blank=True, help_text="By the phone's clock")
    device_now = models.DateTimeField(null=True, blank=True, help_text="Phone's clock at sending")
    skew = models.FloatField(null=True, blank=True, help_text="Seconds the phone is ahead")
    moment = models.DateTimeField(help_text="When it was made, as far as can be believed")
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    position = PointField(srid=4326, null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    mock = models.BooleanField(default=False, help_text="The phone reported a mock location")
    tag_code = models.CharField(max_length=12, blank=True, db_collation="C")
    cases = models.ManyToManyField(Case, related_name="items", db_table="fieldwork_case_items")
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    scan = models.ForeignKey(
        Scan, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )

    mended = models.JSONField(null=True, blank=True, help_text="The body as staff repaired it")
    stated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Staff who stand for it from now on: who repaired it or took it over",
    )  # fmt: skip
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="items_settled"
    )

    missing: list[str]  # where it was read ``with_missing_photos``

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["user", "item_id", "digest"], name="item_once_per_content"
            ),
            models.UniqueConstraint(
                fields=["user", "item_id"],
                condition=models.Q(rival=False),
                name="one_item_per_id",
            ),
            models.UniqueConstraint(
                fields=["user", "digest"],
                condition=models.Q(item_id__isnull=True),
                name="rejected_item_once",
            ),
            models.CheckConstraint(
                condition=models.Q(item_id__isnull=False) | models.Q(state="rejected"),
                name="only_rejected_without_id",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["user", "-id"], name="item_of_user"),
            models.Index(
                fields=["region", "-id"],
                condition=models.Q(state__in=["held", "waiting"]),
                name="item_for_staff",
            ),
            models.Index(
                fields=["user"],
                condition=models.Q(state__in=["held", "waiting"]),
                name="item_unsettled",
            ),
            models.Index(
                fields=["-id"], condition=models.Q(state="conflict"), name="item_in_conflict"
            ),
            GinIndex(fields=["photos"], condition=models.Q(state="waiting"), name="item_photos"),
            models.Index(
                fields=["device", "moment"],
                condition=models.Q(position__isnull=False),
                name="item_track",
            ),
            models.Index(
                fields=["tag_code", "moment"],
                condition=models.Q(position__isnull=False) & ~models.Q(tag_code=""),
                name="item_of_tag",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id} {self.state}"

    @property
    def sent_document(self) -> dict[str, Any]:
        """The JSON that the phone sent. Half characters, which no answer can hold, are replaced."""
        sent = json.dumps(json.loads(bytes(self.raw)), ensure_ascii=False)
        told: dict[str, Any] = json.loads(sent.encode("utf-8", "replace"))
        return told


class Upload(models.Model):
    """A photo that comes in pieces. How much has come is the size of its file on disk."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="uploads")
    length = models.PositiveBigIntegerField(help_text="Bytes of the whole photo")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=32, blank=True, help_text="As declared")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    file = models.ForeignKey(
        File, on_delete=models.CASCADE, null=True, blank=True, related_name="uploads"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(length__gt=0), name="upload_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.sha256[:8]}"
