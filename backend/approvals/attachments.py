"""Pictures of documents that come with an application."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backend.accounts.models import User
from backend.approvals.models import Application, Attachment
from backend.evidence.models import File
from backend.lib import clock


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A picture, and which of the kind's documents it shows."""

    document: str
    file: File


def attach(actor: User, application: Application, enclosed: Iterable[Enclosed]) -> None:
    """Write down what came; the same again is there once."""
    Attachment.objects.bulk_create(
        [
            Attachment(
                application=application,
                document=one.document,
                file=one.file,
                added_by=actor,
                added_at=clock.now(),
            )
            for one in enclosed
        ],
        ignore_conflicts=True,
    )
