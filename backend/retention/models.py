"""How long traces of people are kept, and what was removed by which rule."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models

from backend.lib.append_only import append_only_trigger


class RetentionRule(models.Model):
    """After how many months a kind of trace is removed, from which day on, by which source."""

    class Subject(models.TextChoices):
        SCANS = "scans"
        SCAN_POSITIONS = "scan-positions"
        ITEMS = "items"
        LOOKS = "looks"
        SIGN_INS = "sign-ins"
        REPORTER_LOOKS = "reporter-looks"
        REPORTERS = "reporters"
        NOTIFICATIONS = "notifications"
        READING_RECEIPTS = "reading-receipts"
        APPLICATION_PHONES = "application-phones"

    code = models.SlugField(primary_key=True, max_length=40)
    subject = models.CharField(max_length=20, choices=Subject.choices)
    months = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="First day no longer valid")
    source = models.CharField(max_length=120)
    confidence = models.CharField(max_length=1, help_text="A to D as in the domain reference")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            # Cybersecurity Law art. 21 (3), and nobody makes the night's run a way to wipe traces.
            models.CheckConstraint(
                condition=models.Q(months__gte=6), name="kept_for_six_months_at_least"
            )
        ]

    def __str__(self) -> str:
        return self.code


@pgtrigger.register(append_only_trigger())
class Removal(models.Model):
    """One removal: how many traces, older than when, by which rule. Written by the database."""

    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="removals")
    at = models.DateTimeField()
    before = models.DateTimeField()
    rows = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.rows} before {self.before}"
