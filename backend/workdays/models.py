"""The years whose holidays were published, as they were loaded."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models

from backend.accounts.models import User
from backend.lib.append_only import append_only_trigger


class PublishedYearQuerySet(models.QuerySet["PublishedYear"]):
    """The rows that were ever loaded."""

    def in_force(self) -> Self:
        """Of each year the row that holds: the newest."""
        newest = self.order_by().values("year").annotate(newest=models.Max("pk"))
        return self.filter(pk__in=newest.values("newest"))


@pgtrigger.register(append_only_trigger())
class PublishedYear(models.Model):
    """The holidays of one year by a notice of the State Council. The newest row of a year holds.

    Append-only: a correction or a later notice is a further row.
    """

    year = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=80, help_text="Of the notice: 国办发明电〔2025〕7号")
    issued_on = models.DateField()
    source = models.CharField(max_length=200, help_text="Where the notice was read")
    holidays = models.JSONField(help_text="[{name, first, last}]: days off, both ends included")
    working_days = models.JSONField(help_text="Saturdays and Sundays that are worked (调休)")
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody where it came with the product or by a command",
    )

    objects = PublishedYearQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "-id")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["year", "-id"], name="published_year_newest")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.number}"
