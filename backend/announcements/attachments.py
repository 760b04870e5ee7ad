"""The files of an announcement: looked at like anything from a stranger, kept as they were sent."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from backend.announcements.models import Announcement, Attachment
from backend.evidence.attached_files import AttachedFile, check_attached_file, write_sent_file
from backend.evidence.office_files import PDF
from backend.evidence.spool import open_arrival
from backend.lib.problems import Refused
from backend.papers.words import check_text

MOST = 5
_FACTS = ("title", "media_type", "sha256", "size", "pages", "file")


class Checked(NamedTuple):
    """A file that was sent, and what was found in it."""

    title: str
    seen: AttachedFile
    content: bytes


def check_distinct_files(sent: Sequence[UploadedFile], *, besides: int = 0) -> list[Checked]:
    """What was sent, each content once; ``besides`` so many others.

    Raises Refused: 413; 422 ``attachments-too-many``, and ``file-…`` as ``check_attached_file``.
    """
    if len(sent) + besides > MOST:
        told = _("%(most)d attachments at most.") % {"most": MOST}
        raise Refused("attachments-too-many", told, field="files")
    found = {one.seen.sha256: one for one in map(_check_file, sent)}
    return list(found.values())


def get_kept_attachments(
    announcement: Announcement, kept: Collection[uuid.UUID]
) -> list[Attachment]:
    """The attachments of these keys. Raises Refused 422 ``attachment-unknown`` for one that it has not."""
    found = list(announcement.attachments.filter(pk__in=kept))
    if len(found) != len(set(kept)):
        told = _("Choose among the attachments of the version before.")
        raise Refused("attachment-unknown", told, field="kept")
    return found


def keep_files(announcement: Announcement, files: Iterable[Checked]) -> None:
    """Keep ``files`` with the announcement, within the transaction that publishes it."""
    for one in files:
        attachment = Attachment(
            announcement=announcement,
            title=one.title,
            media_type=one.seen.media_type,
            sha256=one.seen.sha256,
            size=one.seen.size,
            pages=one.seen.pages,
        )
        ending = "pdf" if one.seen.media_type == PDF else "docx"
        place = f"announcements/{announcement.pk}/{attachment.pk}.{ending}"
        attachment.file.save(place, ContentFile(one.content), save=False)
        attachment.save(force_insert=True)


def keep_again(announcement: Announcement, kept: Iterable[Attachment]) -> None:
    """Let a correction name what the version before it had; what it sends anew is not named twice."""
    sent = set(announcement.attachments.values_list("sha256", flat=True))
    for one in kept:
        if one.sha256 not in sent:
            facts = {name: getattr(one, name) for name in _FACTS}
            Attachment.objects.create(announcement=announcement, **facts)


def _check_file(sent: UploadedFile) -> Checked:
    title = check_text(Path(sent.name or "").stem[:120], name="files") or _("attachment")
    with open_arrival() as path:
        write_sent_file(sent, path)
        seen = check_attached_file(path, name=sent.name or "", field="files")
        return Checked(title, seen, path.read_bytes())
