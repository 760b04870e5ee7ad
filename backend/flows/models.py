"""The versions of flows."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models

from backend.lib.append_only import append_only_trigger


@pgtrigger.register(append_only_trigger())
class FlowVersion(models.Model):
    """One version of a flow, checked when it was loaded. What runs by it keeps it to its end."""

    name = models.CharField(max_length=40, db_collation="C", help_text="E.g. hotline-complaint")
    version = models.PositiveSmallIntegerField()
    definition = models.TextField(
        help_text="Its document as JSON, in the order of its file, which jsonb would lose"
    )
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["name", "version"], name="one_flow_version")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
