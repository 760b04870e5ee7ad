"""Compares rows with objects: names each photo that lacks on one side; after restoring, or monthly."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.evidence.reconciliation import list_differences


class Command(BaseCommand):
    """``manage.py reconcile``: one line for each difference; ends with 1 when there is any."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell all, then how many."""
        found = 0
        for fault, key in list_differences():
            self.stdout.write(f"{fault}: {key}")
            found += 1
        if found:
            raise CommandError(f"{found} differences between rows and objects, see above.")
        self.stdout.write("rows and objects agree")
