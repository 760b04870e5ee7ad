"""A span of time as the database compares it: its first instant within, its last one not."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Func


class Span(Func):
    """The instants from ``starts_at`` until ``ends_at``."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()

    def __init__(self) -> None:
        super().__init__("starts_at", "ends_at")
