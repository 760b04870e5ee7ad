"""Why a unit must not be used: dated holds, each with its source and its end."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.events import triggers
from backend.units.models.records import Record
from backend.units.models.unit import Unit


class HoldRule(models.TextChoices):
    """The rules by which a unit is held, each with the sentence that people read."""

    FAILED = "failed", _("An inspection failed; it must pass before the unit is used again.")
    GRADE_5 = "grade-5", _("Safety grade 5: the unit must not be used.")
    WATCH_OVER = "watch-over", _("The time of use under watch is over.")
    UNSUPERVISED = (
        "unsupervised",
        _("Modified or repaired without the supervised inspection that must pass first."),
    )
    CHANGE = "change", _("A change is not yet registered; the unit must not be used before.")
    DESIGN_LIFE = (
        "design-life",
        _("The design life is reached without an inspection or assessment for further use."),
    )
    LIFE_CHANGE = (
        "design-life-change",
        _("The design life is reached and its extension is not registered."),
    )
    ACCIDENT = "accident", _("There has been no full check since the accident.")


class HoldQuerySet(models.QuerySet["Hold"]):
    """Queries for holds by the day."""

    def in_force(self, day: dt.date) -> HoldQuerySet:
        """The holds that forbid the use of their unit on ``day``."""
        ends = models.Q(until__isnull=True) | models.Q(until__gt=day)
        return self.filter(ends, since__lte=day)


@pgtrigger.register(*triggers.unit_part_triggers())
class Hold(models.Model):
    """One reason why a unit must not be used, from ``since`` until before ``until``.

    Derived from the records by ``backend.units.holds`` and never edited. A day to come is known
    before it: the end of watched use, the end of the design life.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, related_name="holds")
    rule = models.CharField(max_length=32, choices=HoldRule.choices)
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

    def is_open(self, day: dt.date) -> bool:
        """Whether the hold lasts on ``day`` or begins after it."""
        return self.until is None or self.until > day
