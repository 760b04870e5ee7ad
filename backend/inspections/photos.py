"""Which of the photos that a report names are here."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from backend.evidence.models import File
from backend.units.models import RecordEvidence


def is_evidence_elsewhere(photos: Collection[File], unit: int) -> bool:
    """Whether one of the photos is the evidence of a record of another unit already."""
    kept = RecordEvidence.objects.filter(file__in=photos).exclude(record__unit=unit)
    return bool(photos) and kept.exists()


def find_photos(
    sha256s: Sequence[str], sender_ids: Collection[int]
) -> tuple[list[File], list[str]]:
    """The photos that have come from one of the ``sender_ids``, in the order named, and the SHA-256
    sums of those that have not: what others sent is not theirs to name."""
    sent = File.objects.sent_by(sender_ids).filter(sha256__in=sha256s)
    found = {file.sha256: file for file in sent}
    missing = [sha for sha in sha256s if sha not in found]
    return [found[sha] for sha in sha256s if sha in found], missing
