"""Which of the photos that a report names are here."""

from __future__ import annotations

from collections.abc import Sequence

from backend.evidence.models import File


def here(wanted: Sequence[str]) -> tuple[list[File], list[str]]:
    """The photos that have come, in the order named, and the SHA-256 sums of those that have not."""
    found = {file.sha256: file for file in File.objects.filter(sha256__in=wanted)}
    missing = [sha for sha in wanted if sha not in found]
    return [found[sha] for sha in wanted if sha in found], missing
