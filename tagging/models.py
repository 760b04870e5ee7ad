"""Tags, what they were bound to, and every scan."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.rights import jurisdiction_filter
from backend.events import triggers
from backend.jobs.models import Job
from backend.lib.append_only import append_only_trigger
from backend.units.models import Unit
from geo.models import Region
from tagging.codes import LENGTH
from tagging.grids import GRIDS

FOOTER_LENGTH = 60
"""Characters beneath a label at most."""
CODE_PATTERN = rf"^[2-9A-HJKMNP-Z]{{{LENGTH}}}$"


class TagState(models.TextChoices):
    """Where a tag stands; derived from its dates, never stored, so it cannot lie."""

    MINTED = "minted", _("minted")
    PRINTED = "printed", _("printed")
    BOUND = "bound", _("bound")
    RETIRED = "retired", _("void")


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches by who may see them."""

    def visible_to(self, user: User) -> BatchQuerySet:
        """Batches minted for a place in the user's jurisdiction."""
        return self.filter(jurisdiction_filter(user, "region_id"))


class Batch(models.Model):
    """Tags minted together by one office. ``key`` makes a repeated order harmless."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, help_text="Whose labels they are")
    count = models.PositiveIntegerField()
    authority = models.CharField(max_length=60, blank=True, help_text="Printed on blank labels")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tag_batches")
    created_at = models.DateTimeField()
    key = models.CharField(max_length=128, null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["created_by", "key"], name="one_batch_per_key"),
            models.CheckConstraint(condition=models.Q(count__gt=0), name="batch_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.count})"


class TagQuerySet(models.QuerySet["Tag"]):
    """Tags by who may see them, with what a label or a card needs."""

    def visible_to(self, user: User) -> TagQuerySet:
        """Tags on visible units, and tags of visible batches that were never bound."""
        return self.filter(
            models.Q(binding__isnull=True) & jurisdiction_filter(user, "batch__region_id")
            | jurisdiction_filter(user, "binding__unit__region_id")
        )

    def with_unit(self) -> TagQuerySet:
        """With binding, unit, category, regions up to the province and entities in the same query."""
        regions = [f"binding__unit__region{'__parent' * above}" for above in range(3)]
        return self.select_related(
            "binding__unit__category",
            regions[-1],
            "binding__unit__using_entity",
            "binding__unit__maintainer",
        ).defer(*(f"{r}__{shape}" for r in regions for shape in ("boundary", "label_point")))


@pgtrigger.register(
    pgtrigger.Trigger(
        name="void_for_good",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.code <> NEW.code"
            " OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS DISTINCT FROM OLD.retired_at)"
        ),
        func="RAISE EXCEPTION 'a void tag stays void, a code stays a code'"
        " USING ERRCODE = 'check_violation';",
    ),
    pgtrigger.Trigger(
        name="not_void_while_bound",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.retired_at IS NULL AND NEW.retired_at IS NOT NULL"),
        func="""
            IF EXISTS (SELECT FROM tagging_binding
                       WHERE tag_id = NEW.code AND unbound_at IS NULL) THEN
                RAISE EXCEPTION 'the tag is still bound' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    ),
    pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
    *triggers.tag_triggers(),
)
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Tag(models.Model):
    """One printed code. It is bound to one unit at most, once, and never used again after."""

    code = models.CharField(max_length=LENGTH, primary_key=True, db_collation="C")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="tags", db_index=False)
    printed_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_reason = models.CharField(max_length=200, blank=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(code__regex=CODE_PATTERN), name="tag_code_has_the_form"
            ),
            models.CheckConstraint(
                condition=models.Q(retired_at__isnull=True) | ~models.Q(retired_reason=""),
                name="void_tag_has_a_reason",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["code"], condition=models.Q(retired_at__isnull=False), name="tag_void"
            ),
            models.Index(fields=["batch", "code"], name="tag_by_batch"),
            models.Index(
                fields=["code"],
                condition=models.Q(printed_at__isnull=True, retired_at__isnull=True),
                name="tag_not_printed",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def binding_in_force(self) -> Binding | None:
        """The binding in force, if any."""
        binding: Binding | None = getattr(self, "binding", None)
        return binding if binding is not None and binding.unbound_at is None else None

    @property
    def is_void(self) -> bool:
        """Whether it was retired or taken off its unit, and must never be trusted again."""
        if self.retired_at is not None:
            return True
        return getattr(self, "binding", None) is not None and self.binding_in_force is None

    @property
    def state(self) -> TagState:
        """The state that follows from the dates; see TagState."""
        if self.is_void:
            return TagState.RETIRED
        if self.binding_in_force is not None:
            return TagState.BOUND
        return TagState.MINTED if self.printed_at is None else TagState.PRINTED


@pgtrigger.register(
    pgtrigger.Trigger(
        name="no_void_tag",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        # FOR SHARE waits for a retirement under way; the foreign key's own lock would not.
        func="""
            PERFORM FROM tagging_tag WHERE code = NEW.tag_id AND retired_at IS NULL FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'a void tag is never bound' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    ),
    pgtrigger.Trigger(
        name="ends_once",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.tag_id <> NEW.tag_id OR OLD.unit_id <> NEW.unit_id OR OLD.bound_at <> NEW.bound_at"
            " OR OLD.unbound_at IS NOT NULL"
        ),
        func="RAISE EXCEPTION 'a binding is ended once, and nothing else of it changes'"
        " USING ERRCODE = 'check_violation';",
    ),
    pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
    *triggers.binding_triggers(),
)
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Binding(models.Model):
    """A tag on a unit for a period. One per tag for ever, one in force per unit."""

    tag = models.OneToOneField(Tag, on_delete=models.PROTECT, related_name="binding")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bindings")
    bound_at = models.DateTimeField()
    bound_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="tags_bound"
    )
    unbound_at = models.DateTimeField(null=True, blank=True)
    unbound_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="tags_unbound"
    )
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was taken off")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=models.Q(unbound_at__isnull=True),
                name="one_tag_in_force_per_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(unbound_at__isnull=True)
                | (models.Q(unbound_at__gte=models.F("bound_at")) & ~models.Q(reason="")),
                name="ended_binding_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.unit_id}"


@pgtrigger.register(append_only_trigger())
class Scan(models.Model):
    """What a scanner or a browser sent, written before anybody knows what it means. Append-only.

    ``network`` is the sender's address cut to /24 (IPv4) or /48 (IPv6): enough to see one place
    trying codes in bulk, not enough to name a person (Personal Information Protection Law art. 6).
    """

    raw = models.CharField(max_length=2048, help_text="As sent, cut at 2 kB")
    code = models.CharField(
        max_length=LENGTH, null=True, blank=True, db_collation="C", help_text="If it is one"
    )
    client_id = models.UUIDField(unique=True, null=True, blank=True, help_text="Made by the phone")
    scanned_at = models.DateTimeField(null=True, blank=True, help_text="By the device's clock")
    received_at = models.DateTimeField()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="scans"
    )
    device = models.CharField(max_length=64, blank=True)
    position = PointField(srid=4326, null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    datum = models.CharField(max_length=8, blank=True, help_text="Of the position as sent")
    source_coordinates = models.JSONField(null=True, blank=True, help_text="As sent")
    network = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(accuracy_m__isnull=True) | models.Q(accuracy_m__gte=0),
                name="scan_accuracy_is_not_negative",
            )
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["code", "-id"], name="scan_by_code")]

    def __str__(self) -> str:
        return f"{self.received_at:%F %T} {self.code or self.raw[:20]}"


class PrintRun(models.Model):
    """What a label job prints, fixed when it is ordered, so that it can be taken up again."""

    job = models.OneToOneField(
        Job, on_delete=models.PROTECT, primary_key=True, related_name="labels"
    )
    codes = ArrayField(models.CharField(max_length=LENGTH))
    grid = models.CharField(max_length=20, choices=[(name, name) for name in GRIDS])
    skip = models.PositiveSmallIntegerField(default=0, help_text="Used slots of the first sheet")
    dx = models.FloatField(default=0, help_text="Millimetres to the right")
    dy = models.FloatField(default=0, help_text="Millimetres downwards")
    footer = models.CharField(max_length=FOOTER_LENGTH, blank=True)
    prefix = models.CharField(max_length=120, help_text="The address up to the code")
    parts = models.PositiveIntegerField(default=0, help_text="Parts already in storage")

    def __str__(self) -> str:
        return f"{self.job_id}: {len(self.codes)} on {self.grid}"
