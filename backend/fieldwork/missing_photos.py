"""The photos that a report names, and those of them that have not come."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Func

from backend.inspections.drafts import ReportDraft
from backend.inspections.photos import gather_photos

FLAG = "photos-missing"
_SHA256 = re.compile(r"[0-9a-f]{64}")

# Which sums of the array {named} are of no photo that one of the {senders} sent, in the order named.
MISSING_PHOTOS_SQL = """
    SELECT wanted FROM unnest({named}) WITH ORDINALITY AS photo(wanted, place)
    WHERE NOT EXISTS (
        SELECT FROM evidence_file AS f JOIN evidence_sender AS s ON s.file_id = f.id
         WHERE f.sha256 = wanted AND s.user_id IN ({senders})) ORDER BY place
"""


class MissingPhotos(Func):
    """The missing photos as an array, for queries: ``MissingPhotos("photos", "user_id")``."""

    output_field = ArrayField(CharField(max_length=64))

    def as_sql(  # type: ignore[override]  # the template of the base takes one list of expressions
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        """The first expression is the array, the others are the senders."""
        told = [compiler.compile(expression) for expression in self.source_expressions]
        (named, _params), *senders = told
        sql = MISSING_PHOTOS_SQL.format(
            named=named, senders=", ".join(sender for sender, _params in senders)
        )
        return f"ARRAY({sql})", [param for _sql, params in told for param in params]


def list_named_photos(body: Any) -> list[str]:
    """Every photo that a body names, once, in the order named.

    Nothing of the body has been checked yet: what is no SHA-256 sum is passed over.
    """
    told = body if isinstance(body, Mapping) else {}
    defects = told.get("defects")
    parts = [told, *(defects if isinstance(defects, list) else [])]
    return list(dict.fromkeys(sha for part in parts for sha in _list_photo_sums(part)))


def leave_out_missing_photos(
    draft: ReportDraft, senders: Collection[int]
) -> tuple[ReportDraft, list[str]]:
    """The draft with the photos that the ``senders`` sent, and the SHA-256 sums of the others."""
    lacking = gather_photos(draft.all_photos, senders, unit=draft.unit).missing
    if not lacking:
        return draft, []
    defects = [
        dataclasses.replace(defect, photos=_leave_out(defect.photos, lacking))
        for defect in draft.defects
    ]
    photos = _leave_out(draft.photos, lacking)
    return dataclasses.replace(draft, photos=photos, defects=defects), lacking


def _list_photo_sums(part: Any) -> Iterator[str]:
    photos = part.get("photos") if isinstance(part, Mapping) else None
    for sha in photos if isinstance(photos, list) else []:
        if isinstance(sha, str) and _SHA256.fullmatch(sha):
            yield sha


def _leave_out(photos: Iterable[str], others: Iterable[str]) -> list[str]:
    return [sha for sha in photos if sha not in others]
