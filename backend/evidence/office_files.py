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

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
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
    if head.startswith(b"%PDF-"):
        return PDF
    return DOCX if head.startswith((b"PK\x03\x04", _COMPOUND)) else None


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
            if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
                return {"refusal": "file-active"}
            pages = len(document)
            if pages:
                document.get_page_size(0)
            return {"pages": pages} if pages else {"refusal": "file-damaged"}
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        return {"refusal": "file-encrypted" if locked else "file-damaged"}


def _probe_docx(path: Path) -> Seen:
    with path.open("rb") as file:
        if file.read(8) == _COMPOUND:
            return {"refusal": "file-encrypted"}
    try:
        with zipfile.ZipFile(path) as archive:
            return _probe_parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, KeyError):
        return {"refusal": "file-damaged"}


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
