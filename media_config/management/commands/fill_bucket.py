"""Sends what the bucket lacks from a folder that copy_bucket filled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from media_config.bucket_copies import upload_missing_objects


class Command(BaseCommand):
    """``manage.py fill_bucket FOLDER``: safe to run again, goes on where it stopped."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Which folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all, then tell how many."""
        if not options["folder"].is_dir():
            raise CommandError(f"There is no folder {options['folder']}; is its disk mounted?")
        self.stdout.write(f"{upload_missing_objects(options['folder'])} objects sent")
