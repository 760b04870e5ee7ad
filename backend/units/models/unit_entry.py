"""By which form or request a unit was entered, so that one sent twice enters it once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from backend.accounts.models import User
from backend.units.models.unit import Unit


class UnitEntry(models.Model):
    """One entering of a unit under a key that the sender made; ``digest`` is of what was sent."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="entries")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "unit entries"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["entered_by", "client_id"], name="one_entry_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} by {self.client_id}"
