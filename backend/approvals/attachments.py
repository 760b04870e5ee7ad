"""The documents that come with an application, as PDFs and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.approvals.kinds import Paperwork
from backend.approvals.models import Application, Attachment
from backend.directory.models import Membership
from backend.evidence.access import ORIGINAL, photo_url
from backend.evidence.models import File
from backend.evidence.scan_intake import receive_scan
from backend.lib import clock
from backend.lib.problems import Refused, not_allowed, not_found


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A PDF or a picture, and which of the kind's documents it shows."""

    document: str
    file: File


MOST = 6
"""Files of each document."""


def send_document(*, actor: User, sent: UploadedFile) -> File:
    """Keep a document that an application of the actor's is to name. The same content is the same file.

    Raises Refused: 403 for who acts for no entity; those of ``receive_scan``.
    """
    if not Membership.objects.filter(user=actor).exists():
        raise not_allowed(_("You act for no entity that could apply."))
    return receive_scan(actor=actor, sent=sent)


def receive_documents(
    actor: User, sent: Iterable[tuple[Paperwork, Sequence[UploadedFile]]]
) -> list[Enclosed]:
    """Keep what was sent for each document.

    Raises Refused with the name of the document: 422 ``too-many-files``, those of ``receive_scan``.
    """
    received = []
    for document, files in sent:
        if len(files) > MOST:
            told = _("%(document)s: send %(most)s files at most.")
            facts = {"document": document.label, "most": MOST}
            raise Refused("too-many-files", told % facts, field="files")
        received += [_store_enclosed(actor, document, one) for one in files]
    return received


def _store_enclosed(actor: User, document: Paperwork, sent: UploadedFile) -> Enclosed:
    try:
        file = receive_scan(actor=actor, sent=sent, field="files")
    except Refused as refused:
        refused.detail = f"{document.label}: {refused.detail}"
        raise
    return Enclosed(document.name, file)


def sign_attachment(*, actor: User, application: int, attachment: int) -> str:
    """An address of a document as it came, for two minutes, for whoever sees its application.

    Raises Refused: 404; 409 ``photo-not-ready`` while it is on its way.
    """
    seen = Application.objects.visible_to(actor).filter(pk=application)
    rows = Attachment.objects.filter(application__in=seen, pk=attachment)
    found = rows.select_related("file").first()
    if found is None:
        raise not_found(_("There is no such document."))
    return photo_url(user=actor, file=found.file, may_see=lambda _user, _file: True, kind=ORIGINAL)


def attach_enclosed(actor: User, application: Application, enclosed: Iterable[Enclosed]) -> None:
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
