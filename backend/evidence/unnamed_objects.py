"""Ends objects of photos that no row names: what a crash or a deleted row left behind."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from backend.evidence.models import File, Rendition
from backend.lib import clock
from media_config import storage

NAMED_BY = {"originals/": File, "renditions/": Rendition}
"""Under each prefix a key is that of one row."""


def clear_unnamed_objects() -> int:
    """Removes objects older than ``UNNAMED_KEPT_DAYS`` without a row; returns how many.

    A row stands before its object is written, so none that is on its way is younger than that.
    Raises StorageDown.
    """
    before = clock.now() - dt.timedelta(days=settings.UNNAMED_KEPT_DAYS)
    cleared = 0
    for prefix, model in NAMED_BY.items():
        for keys in storage.list_keys_older_than(prefix, before):
            named = set(model._default_manager.filter(key__in=keys).values_list("key", flat=True))
            for key in set(keys) - named:
                storage.remove_object(key)
                cleared += 1
    return cleared
