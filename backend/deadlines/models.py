"""The rows that say how long something may take."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class DeadlineRule(models.Model):
    """How many days something may take, from which law, from which day on.

    Loaded from a file of the repository; the row in force on the day that is counted from decides.
    """

    class Unit(models.TextChoices):
        WORKING = "working", _("working days")
        CALENDAR = "calendar", _("calendar days")

    code = models.CharField(max_length=40, db_collation="C", help_text="E.g. complaint-acceptance")
    name = models.CharField(
        max_length=80, blank=True, help_text="What is due by it, in English; told by gettext"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="The first day without it")
    days = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8, choices=Unit.choices)
    backward = models.BooleanField(
        default=False, help_text="Counted back: to be done so many days before the day"
    )
    law = models.CharField(max_length=120)
    article = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=1, help_text="A read in the law … D disputed")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_deadline_rule")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.valid_from}"

    @property
    def label(self) -> str:
        """What is due by it, in the reader's language; the code where the file names nothing."""
        return gettext(self.name) if self.name else self.code
