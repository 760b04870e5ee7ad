"""``manage.py derive_units``: state and clocks of the register anew, after a rule was corrected."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backend.units.derived_state import recompute_unit
from backend.units.models import Unit

_AT_ONCE = 1000


class Command(BaseCommand):
    """Writes only what differs; may be ended at any time and go on from the number it told last."""

    help = "Derive state and clocks of units anew from their records."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options that say which units are derived."""
        parser.add_argument("--category", default="", help="beginning of the category, as 82")
        parser.add_argument("--region", default="", help="beginning of the region's code, as 3701")
        parser.add_argument("--after", type=int, default=0, help="number of the last unit done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Derive unit by unit, each in a transaction of its own."""
        rows = Unit.objects.filter(
            category__code__startswith=options["category"],
            region__code__startswith=options["region"],
            records__isnull=False,
        )
        done = changed = 0
        last = options["after"]
        while ids := list(
            rows.filter(pk__gt=last)
            .order_by("pk")
            .distinct()
            .values_list("pk", flat=True)[:_AT_ONCE]
        ):
            changed += sum(recompute_unit(unit=Unit(pk=pk)) for pk in ids)
            done, last = done + len(ids), ids[-1]
            self.stdout.write(f"{done} units derived, {changed} changed; the last is {last}")
