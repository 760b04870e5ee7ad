"""Files as a form sends them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile


def sent(content: bytes, name: str = "附件.pdf") -> SimpleUploadedFile:
    """An upload of this content."""
    return SimpleUploadedFile(name, content)
