"""Files as a form sends them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile


def sent(content: bytes, name: str = "") -> SimpleUploadedFile:
    """An upload of this content, under a name that fits it unless another is given."""
    fitting = "附件.docx" if content.startswith(b"PK") else "附件.pdf"
    return SimpleUploadedFile(name or fitting, content)
