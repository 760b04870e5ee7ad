"""PDF and DOCX files as they are sent, good and hostile."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from reportlab.pdfgen.canvas import Canvas

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def make_pdf(pages: int = 1, *, text: str = "page") -> bytes:
    """A plain PDF."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for number in range(pages):
        canvas.drawString(100, 700, f"{text} {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_locked_pdf() -> bytes:
    """A PDF that opens only with a password."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(make_pdf())))
    writer.encrypt(owner_pass="secret", user_pass="secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def make_protected_pdf() -> bytes:
    """A PDF that opens without a password and forbids to change it."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(make_pdf())))
    writer.encrypt(owner_pass="secret", user_pass="")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def make_active_pdf(name: str = "/JavaScript", *, packed: bool = False) -> bytes:
    """A PDF that does something when it is opened; ``packed`` into a stream of objects."""
    kwargs = {"stream_xrefs": True} if packed else {}
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(make_pdf())), kwargs)
    action = generic.DictionaryObject(
        {
            generic.pdf_name("/S"): generic.pdf_name(name),
            generic.pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
        }
    )
    stream = writer.prepare_object_stream() if packed else None
    writer.root[generic.pdf_name("/OpenAction")] = writer.add_object(action, obj_stream=stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def make_packed_pdf() -> bytes:
    """A PDF whose objects lie packed in a stream, as many programs write it."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(make_pdf())), {"stream_xrefs": True})
    note = generic.DictionaryObject({generic.pdf_name("/Kept"): generic.pdf_string("by")})
    stream = writer.prepare_object_stream()
    writer.root[generic.pdf_name("/PieceInfo")] = writer.add_object(note, obj_stream=stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def make_polyglot() -> bytes:
    """A PDF for those who read it from the front, an archive for those who read it from behind."""
    return make_pdf() + make_docx()


def make_docx(**more: str) -> bytes:
    """A DOCX of one paragraph; ``more`` are parts by their names, with __ for the stroke."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def make_zip_bomb() -> bytes:
    """A DOCX that unpacks to 300 MB."""
    return make_docx(word__styles="0" * (300 * 1024 * 1024))


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)
