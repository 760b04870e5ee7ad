"""Computes scores and figures anew, with the months before today."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.lib import locks
from backend.risk.full_rebuild import LOCK, rebuild_figures
from backend.risk.models import Reader
from backend.risk.past_figures import backfill_months


class Command(BaseCommand):
    """``manage.py risk_rebuild``: for a register that was filled past the feed."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add how many months back, and whether figures that exist are enough."""
        parser.add_argument("--months", type=int, default=24)
        parser.add_argument("--if-missing", action="store_true", help="Do nothing if built")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild under the follower's lock."""
        if options["if_missing"] and Reader.objects.exists():
            return
        began = time.monotonic()
        with locks.try_lock(LOCK) as held:
            if not held:
                raise CommandError("Another process follows or rebuilds. Try again later.")
            units = rebuild_figures()
            backfill_months(options["months"])
        self.stdout.write(f"{units} standings in {time.monotonic() - began:.1f} s")
