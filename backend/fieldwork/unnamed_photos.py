"""Ends photos that were sent and never named: their report was given up, or never written."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef

from backend.evidence.models import File
from backend.fieldwork.models import Item
from backend.inspections.models import Defect
from backend.lib import clock
from backend.units.models import RecordEvidence

_AT_ONCE = 1000


def clear_unnamed_photos() -> int:
    """Deletes such photos after ``PHOTO_UNNAMED_DAYS``; returns how many. Their objects follow.

    A photo is named by a record, a defect or an item from the field, whatever became of that. A
    phone keeps its own until the report is in, so one that names it later sends it again.
    """
    before = clock.now() - dt.timedelta(days=settings.PHOTO_UNNAMED_DAYS)
    proving = RecordEvidence.objects.filter(file=OuterRef("pk"))
    old = File.objects.filter(~Exists(proving), state=File.State.STORED, uploaded_at__lt=before)
    hashes = list(old.values_list("sha256", flat=True))
    return sum(
        _delete_unnamed_photos(hashes[first : first + _AT_ONCE])
        for first in range(0, len(hashes), _AT_ONCE)
    )


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
