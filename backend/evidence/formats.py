"""Which kind of picture a file is, by its first bytes alone; names and headers only claim."""

from __future__ import annotations

HEAD = 64
"""Bytes that :func:`sniff_media_type` needs."""

PILLOW_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/heic": ("HEIF",),
    "image/avif": ("AVIF",),
}
"""The kinds taken, with the only decoders that may touch them."""

SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/avif": "avif",
    "application/pdf": "pdf",
}

_SAME = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/heif": "image/heic"}
_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream", "image/*"})
_AVIF = frozenset({b"avif", b"avis"})
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def sniff_media_type(head: bytes) -> str | None:
    """The media type of a file that begins with ``head``; None for every kind not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _media_type_of_brands(head)
    return None


def media_types_agree(declared: str, found: str) -> bool:
    """Whether what the sender declared does not contradict what the content is."""
    plain = declared.partition(";")[0].strip().lower()
    return plain in _UNKNOWN or _SAME.get(plain, plain) == found


def _media_type_of_brands(head: bytes) -> str | None:
    """The media type by the brands in ``ftyp`` (ISO/IEC 14496-12), which tell AVIF from HEIC."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}
    if brands & _AVIF:
        return "image/avif"
    return "image/heic" if brands & _HEIF else None
