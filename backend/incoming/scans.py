"""The scan of what came on paper: a PDF or a photo, looked at like anything from a stranger."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from backend.accounts.models import User
from backend.evidence.attached_files import check_attached_file
from backend.evidence.intake import receive_photo
from backend.evidence.office_files import PDF, sniff_office_file
from backend.evidence.spool import open_arrival
from backend.incoming.models import IncomingDocument

_HEAD = 16


def take_scan(actor: User, sent: UploadedFile, into: IncomingDocument) -> None:
    """Put what was sent onto an unsaved row: a PDF as its scan, anything else as a photo.

    Raises Refused: 413, 422 ``file-…`` of ``check_attached_file``, ``photo-…`` of ``receive_photo``.
    """
    head = sent.read(_HEAD)
    sent.seek(0)
    if sniff_office_file(head) == PDF:
        with open_arrival() as path:
            with path.open("wb") as kept:
                for piece in sent.chunks():
                    kept.write(piece)
            check_attached_file(path, field="scan")
            content = path.read_bytes()
        into.scan.save(f"incoming/{into.sent_as}.pdf", ContentFile(content), save=False)
        return
    digest = hashlib.sha256()
    for piece in sent.chunks():
        digest.update(piece)
    sent.seek(0)
    into.photo = receive_photo(
        actor=actor, stream=sent, declared_size=sent.size, declared_sha256=digest.hexdigest()
    )
