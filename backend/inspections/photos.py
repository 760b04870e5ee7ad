"""Which of the photos that a report names are here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, Exists, OuterRef, QuerySet

from backend.evidence.models import File
from backend.lib.kept_queries import Given, GivenMany, KeptQuery
from backend.units.models import RecordEvidence


class FoundPhotos(NamedTuple):
    """The photos that are here, in the order named, and the SHA-256 sums of those that are not.

    ``elsewhere``: one of them is the evidence of a record of another unit already.
    """

    files: list[File]
    missing: list[str]
    elsewhere: bool


def _photos_of_given_senders() -> QuerySet[Any]:
    """The photos of some sums that some users sent, and whether each is evidence elsewhere."""
    unit = Given("unit", BigIntegerField())
    kept = RecordEvidence.objects.filter(file=OuterRef("pk")).exclude(record__unit=unit)
    senders: Any = GivenMany("senders", BigIntegerField())
    sent = File.objects.sent_by(senders).filter(sha256__in=GivenMany("sums", CharField()))
    return sent.annotate(elsewhere=Exists(kept))


_SENT = KeptQuery(_photos_of_given_senders)


def gather_photos(sha256s: Sequence[str], sender_ids: Collection[int], *, unit: int) -> FoundPhotos:
    """The photos for a report on ``unit`` that have come from one of the ``sender_ids``: what others
    sent is not theirs to name."""
    told = _SENT.fetch(senders=list(sender_ids), sums=list(sha256s), unit=unit)
    found = {file.sha256: file for file in told}
    return FoundPhotos(
        files=[found[sha] for sha in sha256s if sha in found],
        missing=[sha for sha in sha256s if sha not in found],
        elsewhere=any(file.elsewhere for file in found.values()),
    )
