"""Looks at a stranger's PDF or DOCX: whether it can be read, is locked, or carries a program.

Run within :mod:`backend.evidence.probe`, in a process that may die; it imports no Django.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from backend.evidence.pdf_programs import carries_program

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ZIP, _END_OF_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_ZIP_END_LENGTH = 22
"""Of a ZIP without a comment (APPNOTE 4.3.16)."""
_BEGIN_OF_PDF, _END_OF_PDF = b"%PDF-", b"%%EOF"
_WITHIN_PDF_BEGINS = 1024
"""Bytes within which viewers look for the beginning of a PDF."""
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 2000
_PROGRAM_PARTS = re.compile(r"vbaproject|vbadata|activex|oleobject|/embeddings/", re.IGNORECASE)
_PROGRAM_TYPES = (b"macroEnabled", b"vbaProject")

Seen = dict[str, int | str | None]


def sniff_office_file(head: bytes) -> str | None:
    """The type that the first bytes tell of; None for what is neither.

    A locked DOCX, and the Word of before 2007, is no ZIP but a compound file: told apart as a DOCX
    that cannot be opened.
    """
    if head.startswith(_BEGIN_OF_PDF):
        return PDF
    return DOCX if head.startswith((_ZIP, _COMPOUND)) else None


def probe_office_file(path: Path, media_type: str) -> Seen:
    """``{"pages": number or None}``, or ``{"refusal": code}``."""
    try:
        return _PROBES[media_type](path)
    except MemoryError:
        return {"refusal": "file-bomb"}


def _probe_pdf(path: Path) -> Seen:
    try:
        with pypdfium2.PdfDocument(path) as document:
            if pdfium.FPDF_GetSecurityHandlerRevision(document) != -1:
                return {"refusal": "file-encrypted"}
            pages = len(document)
            if not pages:
                return {"refusal": "file-damaged"}
            document.get_page_size(0)
            refusal = _refuse_content(path)
            return {"refusal": refusal} if refusal else {"pages": pages}
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        return {"refusal": "file-encrypted" if locked else "file-damaged"}


def _refuse_content(path: Path) -> str | None:
    """Why a PDF that opens is refused all the same: another file behind it, or a program within."""
    content = path.read_bytes()
    end = content.rfind(_END_OF_PDF)
    if end < 0:
        return "file-damaged"
    if content[end + len(_END_OF_PDF) :].strip(b"\0\t\n\f\r ") or zipfile.is_zipfile(path):
        return "file-polyglot"
    return "file-active" if carries_program(content) else None


def _probe_docx(path: Path) -> Seen:
    with path.open("rb") as file:
        if file.read(8) == _COMPOUND:
            return {"refusal": "file-encrypted"}
    try:
        with zipfile.ZipFile(path) as archive:
            if _is_something_else_too(path):
                return {"refusal": "file-polyglot"}
            return _probe_parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, KeyError):
        return {"refusal": "file-damaged"}


def _is_something_else_too(path: Path) -> bool:
    """Whether a viewer would take it for a PDF, or something hangs behind the archive."""
    with path.open("rb") as file:
        head = file.read(_WITHIN_PDF_BEGINS)
        file.seek(-_ZIP_END_LENGTH, 2)
        return _BEGIN_OF_PDF in head or not file.read().startswith(_END_OF_ZIP)


def _probe_parts(archive: zipfile.ZipFile) -> Seen:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        return {"refusal": "file-bomb"}
    if any(part.flag_bits & 1 for part in parts):
        return {"refusal": "file-encrypted"}
    names = {part.filename for part in parts}
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        return {"refusal": "file-type"}
    types = archive.read("[Content_Types].xml")
    if any(map(_PROGRAM_PARTS.search, names)) or any(word in types for word in _PROGRAM_TYPES):
        return {"refusal": "file-active"}
    if archive.testzip() is not None:
        return {"refusal": "file-damaged"}
    return {"pages": None}


_PROBES: dict[str, Callable[[Path], Seen]] = {PDF: _probe_pdf, DOCX: _probe_docx}
