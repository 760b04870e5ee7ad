"""Checks a file that somebody attaches or scans: a PDF or a DOCX, by its content alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.evidence.office_files import sniff_office_file
from backend.evidence.sandbox import probe_file_in_sandbox
from backend.lib.problems import Refused

_HEAD = 16
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
}


@dataclass(frozen=True)
class AttachedFile:
    """What was found in a file."""

    media_type: str
    size: int
    sha256: str
    pages: int | None
    """Of a PDF."""


def check_attached_file(path: Path, *, field: str = "file") -> AttachedFile:
    """What the file at ``path`` is. It is opened in a process of its own, which may die.

    Raises Refused: 413 ``file-too-large``; 422 ``file-empty``, ``file-type``, ``file-damaged``,
    ``file-encrypted``, ``file-active``, ``file-bomb``, ``file-too-long``; and TryAgain, which says
    nothing of the file.
    """
    size = path.stat().st_size
    if size > settings.ATTACHMENT_MAX_BYTES:
        limit = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        told = _("A file may have %(limit)d MB. Attach a smaller one.") % {"limit": limit}
        raise Refused("file-too-large", told, field=field, status=413)
    content = path.read_bytes()
    if not content:
        raise _refusal("file-empty", field)
    media_type = sniff_office_file(content[:_HEAD])
    if media_type is None:
        raise _refusal("file-type", field)
    seen = probe_file_in_sandbox(path, media_type)
    if "refusal" in seen:
        raise _refusal(seen["refusal"], field)
    _refuse_long(seen["pages"], field)
    return AttachedFile(media_type, size, hashlib.sha256(content).hexdigest(), seen["pages"])


def _refuse_long(pages: int | None, field: str) -> None:
    most = settings.ATTACHMENT_MAX_PAGES
    if pages is not None and pages > most:
        told = _("The PDF has %(pages)d pages; %(most)d at most. Split it, or attach an excerpt.")
        raise Refused("file-too-long", told % {"pages": pages, "most": most}, field=field)


def _refusal(code: str, field: str) -> Refused:
    return Refused(code, _REFUSALS[code], field=field)
