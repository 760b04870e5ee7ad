"""Ends photos that were sent and never named: their report was given up, or never written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import PROTECT, Exists, OuterRef

from backend.evidence.models import File
from backend.fieldwork.models import Item
from backend.inspections.models import Defect
from backend.lib import clock

_AT_ONCE = 1000


def clear_unnamed_photos() -> int:
    """Deletes such photos after ``PHOTO_UNNAMED_DAYS``; returns how many. Their objects follow.

    A photo is named by a row that keeps it from being deleted, by a defect or by an item from the
    field, whatever became of that. A phone keeps its own until the report is in, so one that names it later sends it again.
    """
    before = clock.now() - dt.timedelta(days=settings.PHOTO_UNNAMED_DAYS)
    old = File.objects.filter(state=File.State.STORED, uploaded_at__lt=before)
    for naming in _list_naming_rows():
        old = old.exclude(naming)
    hashes = list(old.values_list("sha256", flat=True))
    return sum(
        _delete_unnamed_photos(hashes[first : first + _AT_ONCE])
        for first in range(0, len(hashes), _AT_ONCE)
    )


def _list_naming_rows() -> list[Exists]:
    """A condition for each table, of whichever room, whose rows keep their file from being deleted."""
    relations: Any = File._meta.related_objects
    return [
        Exists(one.related_model._default_manager.filter(**{one.field.name: OuterRef("pk")}))
        for one in relations
        if one.on_delete is PROTECT
    ]


def _delete_unnamed_photos(hashes: list[str]) -> int:
    named = {
        sha256
        for model in (Item, Defect)
        for photos in model._default_manager.filter(photos__overlap=hashes).values_list(
            "photos", flat=True
        )
        for sha256 in photos
    }
    unnamed = File.objects.filter(sha256__in=set(hashes) - named)
    return unnamed.delete()[1].get("evidence.File", 0)
