"""Ends the tables of imports and their lists of bad rows, when nobody needs them any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q

from backend.exchange.bad_rows import import_folder
from backend.jobs.models import Job
from backend.lib import clock
from media_config import storage

PREFIX = "imports/"


def clear_old_tables() -> int:
    """Removes files of imports that ended ``IMPORT_KEPT_DAYS`` ago, and what no import names.

    They hold what a whole register tells of people. Returns how many. Raises StorageDown.
    """
    now = clock.now()
    grace = now - dt.timedelta(days=min(settings.UNNAMED_KEPT_DAYS, settings.IMPORT_KEPT_DAYS))
    needed = tuple(_needed_keys(now - dt.timedelta(days=settings.IMPORT_KEPT_DAYS)))
    cleared = 0
    for keys in storage.list_keys_older_than(PREFIX, grace):
        for key in keys:
            if not key.startswith(needed):
                storage.remove_object(key)
                cleared += 1
    return cleared


def _needed_keys(since: dt.datetime) -> Iterator[str]:
    """The table of each import that has not ended before, and the folder of its lists."""
    jobs = Job.objects.filter(Q(finished_at=None) | Q(finished_at__gte=since), kind="import")
    for pk, table in jobs.values_list("pk", "parameters__file").iterator():
        yield from (str(table), import_folder(pk))
