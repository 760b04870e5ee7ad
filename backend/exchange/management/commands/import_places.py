"""``manage.py import_places FILE``: public places, near which units are looked at first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.lib.problems import Refused
from geo.public_places import load_places


class Command(BaseCommand):
    """Adds or updates places from a CSV (UTF-8): code, name, category, lng, lat, and optionally
    datum, address, source. Safe to run again."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file to read."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file, all of it or nothing."""
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                self.stdout.write(f"{load_places(lines)} places")
        except Refused as refused:
            raise CommandError(str(refused.detail)) from None
