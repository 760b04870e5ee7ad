"""Tells where classes of equal meaning would begin for the register at hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

SHARES = (0.5, 0.8, 0.95)
"""Of the units that may be used: below class 2, below class 3, below class 4."""
_LIMITS = """
    SELECT count(*), percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY score)
      FROM risk_standing WHERE NOT failed"""
_COUNTED = "SELECT level, count(*) FROM risk_standing GROUP BY level ORDER BY level"


class Command(BaseCommand):
    """``manage.py risk_classes``: the quantiles that the limits in a model file are made from."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the limits of the register, and how many units each class has now."""
        with connection.cursor() as cursor:
            cursor.execute(_LIMITS, [list(SHARES)])
            units, limits = cursor.fetchone()
            self.stdout.write(f"{units} units that may be used; {SHARES} lie at {limits}")
            cursor.execute(_COUNTED)
            for level, number in cursor.fetchall():
                self.stdout.write(f"class {level}: {number} units")
