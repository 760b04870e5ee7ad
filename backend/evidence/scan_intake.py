"""Takes the copy of something on paper in, a PDF or a photo, and keeps it as photos are kept."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.evidence import spool
from backend.evidence.attached_files import (
    check_attached_file,
    file_refusal,
    refuse_other_name,
    sniff_sent_file,
    write_sent_file,
)
from backend.evidence.form_photos import receive_form_photo
from backend.evidence.formats import PILLOW_FORMATS
from backend.evidence.intake import keep_file, restore_bytes
from backend.evidence.models import File
from backend.evidence.office_files import PDF
from backend.lib.problems import Refused


def receive_scan(*, actor: User, sent: UploadedFile, field: str = "file") -> File:
    """Keep what was sent, without its name: a file is called after people. The same content is the same row.

    Raises Refused at ``field``: 413, 422 ``file-…`` as ``check_attached_file``, ``photo-…`` as
    ``receive_photo``; and TryAgain.
    """
    media_type = sniff_sent_file(sent)
    if media_type == PDF:
        return _receive_pdf(actor, sent, field)
    if media_type in PILLOW_FORMATS:
        refuse_other_name(sent.name or "", media_type, field)
        return _receive_picture(actor, sent, field)
    if not sent.size:
        raise file_refusal("file-empty", field)
    told = _("Send a PDF, or a photo as JPEG, PNG, WebP, HEIC or AVIF.")
    raise Refused("file-type", told, field=field)


def _receive_pdf(actor: User, sent: UploadedFile, field: str) -> File:
    with spool.open_arrival() as path:
        write_sent_file(sent, path)
        seen = check_attached_file(path, name=sent.name or "", field=field)
        known = File.objects.filter(sha256=seen.sha256).first()
        if known is not None:
            return restore_bytes(known, path, actor)
        facts = {"sha256": seen.sha256, "size": seen.size, "media_type": PDF, "name": ""}
        return keep_file(actor, path, {"pages": seen.pages}, **facts)


def _receive_picture(actor: User, sent: UploadedFile, field: str) -> File:
    try:
        return receive_form_photo(sent, actor=actor)
    except Refused as refused:
        refused.field = field
        raise
