"""Photos that never came: what a report is accepted without, and which of those are missing still."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from backend.evidence.models import File
from backend.fieldwork.models import Item
from backend.inspections.drafts import ReportDraft

FLAG = "photos-missing"


def without_missing(draft: ReportDraft) -> tuple[ReportDraft, list[str]]:
    """The draft with the photos that are here, and the SHA-256 sums of the others."""
    lacking = _not_here(draft.all_photos)
    if not lacking:
        return draft, []
    defects = [
        dataclasses.replace(defect, photos=_less(defect.photos, lacking))
        for defect in draft.defects
    ]
    photos = _less(draft.photos, lacking)
    return dataclasses.replace(draft, photos=photos, defects=defects), lacking


def missing_still(item: Item) -> list[str]:
    """The photos that the server has not got; an accepted item names those that lacked then."""
    if item.state != Item.State.ACCEPTED or not item.missing:
        return item.missing
    return _not_here(item.missing)


def _not_here(wanted: list[str]) -> list[str]:
    known = File.objects.filter(sha256__in=wanted).values_list("sha256", flat=True)
    return _less(wanted, set(known))


def _less(photos: Iterable[str], others: Iterable[str]) -> list[str]:
    return [sha for sha in photos if sha not in others]
