"""What can hardly be true or does not fit together, for a supervisor to look at."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.rights import Right, jurisdiction_filter_empty_as_province
from geo.models import Region


class CaseQuerySet(models.QuerySet["Case"]):
    """Queries for cases, limited by who may see them."""

    def judged_by(self, user: User) -> CaseQuerySet:
        """The cases from where a post of ``user`` lets him judge field work; nobody else sees them."""
        judges = Right.JUDGE_FIELDWORK
        return self.filter(jurisdiction_filter_empty_as_province(user, "region_id", right=judges))


class Case(models.Model):
    """Facts that can hardly be true, or not together, for a supervisor to look at. The facts stand meanwhile.

    What it is about lies in rooms above this one: phone, tag and number are its ``subject``, unit
    and record are known by their numbers alone.
    """

    class Kind(models.TextChoices):
        JUMP = "jump", _("too far in too short a time")
        CLOCK = "clock", _("clock that cannot be right")
        RETIRED_TAG = "retired-tag", _("scan of a tag after its end")
        TWO_PLACES = "two-places", _("one tag in two places")
        MOCK = "mock-location", _("made-up position")
        RECORD_UNFIT = "record-unfit", _("record that no longer fits")
        REPORT_DOUBTFUL = "report-doubtful", _("report whose parts contradict each other")
        OVERRULED = "overruled", _("failure that another person made a pass")
        NUMBER_TWICE = "number-twice", _("one number on two units")
        HARVEST = "harvest", _("many looks at personal data")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    subject = models.CharField(
        max_length=120, help_text="The one phone, tag, record, report or number it is about"
    )
    unit = models.BigIntegerField(null=True, blank=True, help_text="Number of the unit it is about")
    record = models.BigIntegerField(
        null=True, blank=True, help_text="Number of the record it is about"
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        help_text="Whose fact opened it; nobody's if the register itself found it",
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    facts = models.JSONField(default=dict, help_text="What was found the last time: km, seconds")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases_closed",
        help_text="Nobody if its cause is gone",
    )
    verdict = models.CharField(max_length=400, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        db_table = (
            "fieldwork_case"  # where its rows have been since before it had a room of its own
        )
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_case_per_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True)
                | (models.Q(closed_at__isnull=False) & ~models.Q(verdict="")),
                name="closed_case_has_a_verdict",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["region", "-id"]),
            models.Index(
                fields=["unit"], condition=models.Q(unit__isnull=False), name="case_of_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
