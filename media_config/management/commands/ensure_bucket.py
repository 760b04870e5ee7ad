"""``manage.py ensure_bucket``: makes the private bucket where it is missing."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from media_config.buckets import ensure_bucket, keep_versions


class Command(BaseCommand):
    """Makes the private bucket; safe to run at every start."""

    help = "Makes the private bucket of S3_BUCKET where it is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line about what stands, or one clear line where storage cannot be reached."""
        try:
            made = ensure_bucket()
            if settings.S3_VERSIONS_DAYS:
                keep_versions(settings.S3_VERSIONS_DAYS)
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"{settings.S3_ENDPOINT_URL}: {error}") from error
        state = "made" if made else "stands"
        self.stdout.write(f"bucket {settings.S3_BUCKET} {state} at {settings.S3_ENDPOINT_URL}")
