"""What is due when: the rules as data, and the clocks of each unit."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.events import triggers
from backend.units.models.unit import Unit


class ClockKind(models.TextChoices):
    """The inspections that run on a clock of their own."""

    PERIODIC = "periodic", _("periodic inspection")
    EXTERNAL = "external", _("external inspection")
    INTERNAL = "internal", _("internal inspection")
    ANNUAL = "annual", _("annual check")
    FULL = "full", _("full inspection")
    SELF_DETECTION = "self_detection", _("self-detection")


class IntervalRule(models.Model):
    """How long one inspection holds, for which units, in which years, by which source.

    Chosen by category prefix, parameters and the *date of the inspection* (domain 4.1). Either
    ``months`` runs from the last pass, or ``due_years`` counts from the base (lifts).
    """

    code = models.SlugField(primary_key=True, max_length=40)
    clock = models.CharField(max_length=16, choices=ClockKind.choices)
    category_prefix = models.CharField(max_length=4, db_collation="C")
    condition = models.JSONField(default=dict, blank=True, help_text="Parameters that must match")
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    first_months = models.PositiveSmallIntegerField(null=True, blank=True)
    due_years = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    yearly_after = models.PositiveSmallIntegerField(null=True, blank=True)
    early_months = models.PositiveSmallIntegerField(null=True, blank=True)
    cleared_by = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Kinds of inspection whose pass does for this one too",
    )
    statutory = models.BooleanField(
        default=True, help_text="False: the user's own check, no inspection by a body"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="First day no longer valid")
    priority = models.SmallIntegerField(default=0, help_text="The highest matching rule wins")
    source = models.CharField(max_length=120)
    confidence = models.CharField(max_length=1, help_text="A to D as in the domain reference")

    def __str__(self) -> str:
        return self.code


@pgtrigger.register(*triggers.unit_part_triggers())
class Clock(models.Model):
    """One running clock of one unit. No row: nothing is due by this clock."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, related_name="clocks")
    kind = models.CharField(max_length=16, choices=ClockKind.choices)
    last_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(
        null=True, blank=True, help_text="Last day of the due month; empty after a failure"
    )
    opens_on = models.DateField(null=True, blank=True, help_text="First day it counts as periodic")
    rule = models.ForeignKey(
        IntervalRule, on_delete=models.PROTECT, db_index=False, related_name="clocks"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["unit", "kind"], name="one_clock_of_a_kind")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["kind", "due_on"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.due_on}"
