"""``manage.py load_holidays FILE``: the holidays of a year, as soon as they are published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.lib.problems import Refused
from backend.workdays.actions import publish_years
from backend.workdays.year_tables import read_year_tables


class Command(BaseCommand):
    """Loads the years of a file like ``backend/workdays/data/holidays.toml``, all or none."""

    help = "Load the holidays of one or more years from a TOML file with a table [[year]] each"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them, or say in one line what is wrong and where."""
        try:
            rows = publish_years(read_year_tables(options["file"]))
        except OSError as error:
            raise CommandError(str(error)) from None
        except Refused as refused:
            place = f" ({refused.field})" if refused.field else ""
            raise CommandError(f"{refused.detail}{place}") from None
        for row in rows:
            self.stdout.write(f"{row.year} by {row.number}")
