"""Attaching a PDF or DOCX to a draft, and taking it off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.documents.drafts import lock_open_document
from backend.documents.models import Attachment, Document
from backend.evidence.attached_files import (
    AttachedFile,
    check_attached_file,
    write_sent_file,
)
from backend.evidence.office_files import PDF
from backend.evidence.spool import open_arrival
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.matters.asked import require_asked
from backend.matters.models import Matter
from backend.matters.steps import ONCE, Entry, Sending, write_step
from backend.offices.seats import Seats
from backend.papers.words import check_text

MOST = 20


def attach_file(
    *,
    actor: User,
    document: int,
    version: int | None,
    title: str,
    sent: UploadedFile,
    sending: Sending = ONCE,
) -> Attachment:
    """Attach what was sent, by whoever is asked to draft or to check; the same content again is the same one.

    Raises Refused: 404; 412; 403 where he is not asked; 409 ``document-frozen``; 422
    ``title-missing``, ``attachments-too-many``, ``file-…`` as ``check_attached_file`` says.
    """
    name = check_text(title, name="title")[:120] or Path(sent.name or "").stem[:120]
    if not name:
        raise Refused("title-missing", _("Say what is attached."), field="title")
    _refuse_unseen(actor, document)
    with open_arrival() as path:
        write_sent_file(sent, path)
        seen = check_attached_file(path, name=sent.name or "")
        content = path.read_bytes()
    once = Sending(sending.key, [sending.body, seen.sha256])
    with lock_open_document(actor, document, version, once) as held:
        found = Document.objects.get(pk=document)
        known = found.attachments.filter(sha256=seen.sha256).first()
        if known is not None:
            return known
        if held.replayed:
            raise not_found(_("It was attached, and taken off again."))
        if found.attachments.count() >= MOST:
            told = _("%(most)d attachments at most.") % {"most": MOST}
            raise Refused("attachments-too-many", told, field="file")
        attachment = _build_attachment(actor, found, name, seen)
        with _store_and_undo_on_error(attachment, content):
            attachment.save(force_insert=True)
            _write_attachment_step(actor, held.matter, "attach", attachment, once)
        return attachment


def remove_attachment(
    *,
    actor: User,
    document: int,
    version: int | None,
    attachment: str,
    sending: Sending = ONCE,
) -> None:
    """Take an attachment off a draft. Raises Refused as ``attach_file``, and 404 for one that is not there."""
    with lock_open_document(actor, document, version, sending) as held:
        if held.replayed:
            return
        found = Attachment.objects.filter(document=document, pk=attachment).first()
        if found is None:
            raise not_found(_("There is no such attachment."))
        _write_attachment_step(actor, held.matter, "detach", found, sending)
        found.delete()
        transaction.on_commit(lambda: found.file.storage.delete(found.file.name))


def _refuse_unseen(actor: User, document: int) -> None:
    """Refuse (404) before a byte is read."""
    if not Document.objects.visible_to(actor).filter(pk=document).exists():
        raise not_found(_("There is no such document for you."))


def _build_attachment(
    actor: User, document: Document, title: str, seen: AttachedFile
) -> Attachment:
    return Attachment(
        document=document,
        title=title,
        media_type=seen.media_type,
        sha256=seen.sha256,
        size=seen.size,
        pages=seen.pages,
        attached_by=actor,
        attached_at=clock.now(),
    )


@contextmanager
def _store_and_undo_on_error(attachment: Attachment, content: bytes) -> Iterator[None]:
    """Context manager: the content is stored, and removed again where the row cannot be written."""
    ending = "pdf" if attachment.media_type == PDF else "docx"
    place = f"documents/{attachment.document_id}/{attachment.pk}.{ending}"
    attachment.file.save(place, ContentFile(content), save=False)
    try:
        yield
    except BaseException:
        attachment.file.storage.delete(place)
        raise


def _write_attachment_step(
    actor: User, matter: Matter, action: str, attachment: Attachment, sending: Sending
) -> None:
    author = require_asked(actor, Seats.of(actor), matter)[1]
    facts = {"title": attachment.title, "sha256": attachment.sha256}
    write_step(matter, author, Entry(action, facts=facts, sending=sending))
