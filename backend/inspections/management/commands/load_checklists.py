"""``manage.py load_checklists``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from backend.inspections.checklist_files import load_checklists


class Command(BaseCommand):
    """Loads the checklists."""

    help = "Loads the checklists from backend/inspections/data. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the checklists and print how many."""
        self.stdout.write(f"{load_checklists()} checklists")
