"""The change feed: one row for each unit or tag that a statement changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now


class Change(models.Model):
    """Something that phones carry has changed. Written by database triggers alone.

    ``region`` and ``entity_ids`` are those of the unit at that time, so that a reader learns of
    what has left his scope too; a unit that moves has a row for each of its two regions. No
    foreign keys: the row outlives what it tells of.
    """

    xid = models.BigIntegerField(
        db_default=RawSQL("pg_current_xact_id()::text::bigint", []),
        help_text="The transaction that wrote it; readers stop before the oldest one running",
    )
    unit = models.BigIntegerField(null=True, blank=True, db_column="unit_id")
    tag = models.CharField(max_length=12, null=True, blank=True, db_column="tag_code")
    region = models.CharField(max_length=6, db_collation="C", db_column="region_id")
    entity_ids = ArrayField(
        models.BigIntegerField(), default=list, help_text="Using, owning and maintaining"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False) | models.Q(tag__isnull=False),
                name="change_of_something",
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["region", "xid", "id"], name="change_by_region"),
            GinIndex(fields=["entity_ids"], name="change_by_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.xid}/{self.pk} {self.unit or self.tag}"
