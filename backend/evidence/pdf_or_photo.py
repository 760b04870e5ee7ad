"""What somebody shows as a scan or as proof: a PDF or a photo, looked at like anything from a stranger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile

from backend.accounts.models import User
from backend.evidence.attached_files import check_attached_file
from backend.evidence.intake import receive_photo
from backend.evidence.models import File
from backend.evidence.office_files import PDF, sniff_office_file
from backend.evidence.spool import open_arrival

_HEAD = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """What was sent: the content of a PDF, or the row of a photo."""

    sha256: str
    pdf: bytes | None = None
    photo: File | None = None


def take_pdf_or_photo(actor: User, sent: UploadedFile, *, field: str) -> Shown:
    """What was sent, checked; a photo is kept by this, a PDF not yet.

    Raises Refused: 413, 422 ``file-…`` of ``check_attached_file``, ``photo-…`` of ``receive_photo``.
    """
    head = sent.read(_HEAD)
    sent.seek(0)
    return _take_pdf(sent, field) if sniff_office_file(head) == PDF else _take_photo(actor, sent)


def _take_pdf(sent: UploadedFile, field: str) -> Shown:
    with open_arrival() as path:
        with path.open("wb") as kept:
            for piece in sent.chunks():
                kept.write(piece)
        seen = check_attached_file(path, field=field)
        return Shown(seen.sha256, pdf=path.read_bytes())


def _take_photo(actor: User, sent: UploadedFile) -> Shown:
    digest = hashlib.sha256()
    for piece in sent.chunks():
        digest.update(piece)
    sent.seek(0)
    photo = receive_photo(
        actor=actor, stream=sent, declared_size=sent.size, declared_sha256=digest.hexdigest()
    )
    return Shown(photo.sha256, photo=photo)
