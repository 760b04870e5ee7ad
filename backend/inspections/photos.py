"""Which of the photos that a report names are here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from backend.evidence.models import File
from backend.units.models import RecordEvidence


class FoundPhotos(NamedTuple):
    """The photos that are here, in the order named, and the SHA-256 sums of those that are not.

    ``elsewhere``: one of them is the evidence of a record of another unit already.
    """

    files: list[File]
    missing: list[str]
    elsewhere: bool


def gather_photos(sha256s: Sequence[str], sender_ids: Collection[int], *, unit: int) -> FoundPhotos:
    """The photos for a report on ``unit`` that have come from one of the ``sender_ids``: what others
    sent is not theirs to name."""
    kept = RecordEvidence.objects.filter(file=OuterRef("pk")).exclude(record__unit=unit)
    sent = File.objects.sent_by(sender_ids).filter(sha256__in=sha256s)
    told: QuerySet[Any] = sent.annotate(elsewhere=Exists(kept))
    found = {file.sha256: file for file in told}
    return FoundPhotos(
        files=[found[sha] for sha in sha256s if sha in found],
        missing=[sha for sha in sha256s if sha not in found],
        elsewhere=any(file.elsewhere for file in found.values()),
    )
