"""Looks at a document that somebody sends as a file: by its content, and whether its name tells the same.

The one rule of every door through which such a file comes in.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.evidence.formats import HEAD, sniff_media_type
from backend.evidence.office_files import DOCX, PDF, sniff_office_file
from backend.evidence.sandbox import probe_file_in_sandbox
from backend.lib.problems import Refused

_ENDING = re.compile(r"\.([a-z][a-z0-9]{1,4})$", re.IGNORECASE)
_ENDINGS = {
    PDF: frozenset({"pdf"}),
    DOCX: frozenset({"docx"}),
    "image": frozenset({"jpg", "jpeg", "jfif", "png", "webp", "heic", "heif", "avif"}),
}
_REFUSALS = {
    "file-empty": _lazy("The file has no content. Choose another."),
    "file-type": _lazy("Attach a PDF or a DOCX. Save the file anew as one of them."),
    "file-damaged": _lazy("The file is damaged or breaks off. Make it anew and attach that."),
    "file-encrypted": _lazy(
        "The file is locked by a password, or of an old format. Take the password off, or print it"
        " to a new PDF."
    ),
    "file-active": _lazy(
        "The file carries a program: macros, scripts or embedded objects. Save it without them, or"
        " print it to a PDF."
    ),
    "file-bomb": _lazy("The file takes too much to open. Attach a simpler one."),
    "file-polyglot": _lazy(
        "Something else hangs in this file, before its beginning or behind its end. Print it to a"
        " new PDF."
    ),
}


@dataclass(frozen=True)
class AttachedFile:
    """What was found in a file."""

    media_type: str
    size: int
    sha256: str
    pages: int | None
    """Of a PDF."""


def sniff_sent_file(sent: UploadedFile) -> str | None:
    """What its first bytes say that it is: a PDF, a DOCX or a picture; None for all else."""
    head = sent.read(HEAD)
    sent.seek(0)
    return sniff_office_file(head) or sniff_media_type(head)


def write_sent_file(sent: UploadedFile, path: Path) -> None:
    """Write what was sent to ``path``."""
    with path.open("wb") as kept:
        for piece in sent.chunks():
            kept.write(piece)


def hash_sent_file(sent: UploadedFile) -> str:
    """The SHA-256 of what was sent, in hexadecimal digits."""
    digest = hashlib.sha256()
    for piece in sent.chunks():
        digest.update(piece)
    sent.seek(0)
    return digest.hexdigest()


def check_attached_file(path: Path, *, name: str = "", field: str = "file") -> AttachedFile:
    """What the PDF or DOCX at ``path`` is, sent as ``name``. It is opened in a process of its own, which may die.

    Raises Refused: 413 ``file-too-large``; 422 ``file-empty``, ``file-type``, ``file-damaged``,
    ``file-encrypted``, ``file-active``, ``file-bomb``, ``file-polyglot``, ``file-too-long``,
    ``file-name-mismatch``; and TryAgain, which says nothing of the file.
    """
    size = path.stat().st_size
    if size > settings.ATTACHMENT_MAX_BYTES:
        limit = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        told = _("A file may have %(limit)d MB. Attach a smaller one.") % {"limit": limit}
        raise Refused("file-too-large", told, field=field, status=413)
    content = path.read_bytes()
    if not content:
        raise file_refusal("file-empty", field)
    media_type = sniff_office_file(content[:HEAD])
    if media_type is None:
        raise file_refusal("file-type", field)
    seen = probe_file_in_sandbox(path, media_type)
    if "refusal" in seen:
        raise file_refusal(seen["refusal"], field)
    _refuse_long(seen["pages"], field)
    refuse_other_name(name, media_type, field)
    return AttachedFile(media_type, size, hashlib.sha256(content).hexdigest(), seen["pages"])


def refuse_other_name(name: str, media_type: str, field: str) -> None:
    """Refuse (422 ``file-name-mismatch``) a name whose ending is not that of the content."""
    ending = _ENDING.search(name)
    fit = _ENDINGS.get(media_type, _ENDINGS["image"])
    if ending is not None and ending[1].lower() not in fit:
        told = _(
            "The file is called .%(ending)s, and its content is %(kind)s. Save it anew as that."
        )
        kind = {PDF: "PDF", DOCX: "DOCX"}.get(media_type) or _("a picture")
        facts = {"ending": ending[1], "kind": kind}
        raise Refused("file-name-mismatch", told % facts, field=field)


def file_refusal(code: str, field: str) -> Refused:
    """The refusal of a file by its ``code``."""
    return Refused(code, _REFUSALS[code], field=field)


def _refuse_long(pages: int | None, field: str) -> None:
    most = settings.ATTACHMENT_MAX_PAGES
    if pages is not None and pages > most:
        told = _("The PDF has %(pages)d pages; %(most)d at most. Split it, or attach an excerpt.")
        raise Refused("file-too-long", told % {"pages": pages, "most": most}, field=field)
