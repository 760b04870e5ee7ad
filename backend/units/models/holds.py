"""Why a unit must not be used: dated holds, each with its source and its end."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pgtrigger
from django.db import models

from backend.events import triggers
from backend.units.models.records import Record
from backend.units.models.unit import Unit


class HoldQuerySet(models.QuerySet["Hold"]):
    """Holds by the day."""

    def in_force(self, day: dt.date) -> HoldQuerySet:
        """Those that forbid the use of their unit on ``day``."""
        ends = models.Q(until__isnull=True) | models.Q(until__gt=day)
        return self.filter(ends, since__lte=day)


@pgtrigger.register(*triggers.parts_of_units())
class Hold(models.Model):
    """One reason why a unit must not be used, from ``since`` until before ``until``.

    Derived from the records by ``backend.units.holds`` and never edited. A day to come is known
    before it: the end of watched use, the end of the design life.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, related_name="holds")
    rule = models.CharField(max_length=32, help_text="Code in data/hold_rules.toml")
    about = models.CharField(
        max_length=20, blank=True, help_text="The inspection or change that it is about, if one"
    )
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="First day no longer held")

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="hold_ends_after_it_begins",
            )
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["unit", "since"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.rule} since {self.since}"
