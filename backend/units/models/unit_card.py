"""What doors show of a unit, kept ready as one document."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from backend.units.models.unit import Unit


class UnitCard(models.Model):
    """The card of one unit; see ``backend.inspections.cards`` and ADR 0019.

    The triggers that tell the feed of a change empty ``document`` in its transaction, and
    by that locks the row: whoever makes the document locks the row first and reads afterwards. A
    unit without a document, or without a row, is shown from its own tables.
    """

    # No constraint in the database: each unit of an import would pay for the check.
    unit = models.OneToOneField(
        Unit, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="card"
    )
    document = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["unit"],
                condition=models.Q(document__isnull=True),
                name="card_to_make",
            )
        ]

    def __str__(self) -> str:
        return f"card of {self.unit_id}"
