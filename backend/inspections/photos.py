"""Which of the photos that a report names are here."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from backend.evidence.models import File
from backend.units.models import RecordEvidence


def proving_elsewhere(photos: Collection[File], unit: int) -> bool:
    """Whether one of the photos is the evidence of a record of another unit already."""
    kept = RecordEvidence.objects.filter(file__in=photos).exclude(record__unit=unit)
    return bool(photos) and kept.exists()


def here(wanted: Sequence[str], senders: Collection[int]) -> tuple[list[File], list[str]]:
    """The photos that have come from one of the ``senders``, in the order named, and the SHA-256
    sums of those that have not: what others sent is not theirs to name."""
    sent = File.objects.sent_by(senders).filter(sha256__in=wanted)
    found = {file.sha256: file for file in sent}
    missing = [sha for sha in wanted if sha not in found]
    return [found[sha] for sha in wanted if sha in found], missing
