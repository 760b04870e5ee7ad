"""The scan of what came on paper."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from backend.accounts.models import User
from backend.evidence.pdf_or_photo import take_pdf_or_photo
from backend.incoming.models import IncomingDocument


def take_scan(actor: User, sent: UploadedFile, into: IncomingDocument) -> None:
    """Put what was sent onto an unsaved row: a PDF as its scan, else a photo.

    Raises Refused as ``take_pdf_or_photo``.
    """
    shown = take_pdf_or_photo(actor, sent, field="scan")
    into.photo = shown.photo
    if shown.pdf is not None:
        into.scan.save(f"incoming/{into.sent_as}.pdf", ContentFile(shown.pdf), save=False)
