"""The files of an official document: what is attached to it, and its PDF once it is issued."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from backend.accounts.models import User
from backend.documents.models import Attachment, Document
from backend.evidence.handed_out import HandedOut
from backend.matters.enclosures import enclose_paper
from backend.matters.kinds import Enclosure
from backend.matters.models import Matter


def list_files(matter: Matter) -> Iterator[Enclosure]:
    """The attachments in their order, then the signed PDF."""
    document = Document.objects.select_related("paper__template").get(pk=matter.pk)
    for one in document.attachments.all():
        hand_out = functools.partial(_hand_out_attachment, one)
        yield Enclosure(f"attachment-{one.pk}", one.title, one.media_type, hand_out)
    if document.paper is not None and document.paper.pdf_key:
        yield enclose_paper(document.paper)


def _hand_out_attachment(attachment: Attachment, _reader: User) -> HandedOut:
    return HandedOut(str(attachment.file.name), attachment.media_type)
