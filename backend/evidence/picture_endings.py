"""Where a picture ends, and whether what hangs behind it is something else (a polyglot).

Evidence is kept bit for bit, so nothing is cut off. Cameras do write behind the picture: second
frames (MPO, Ultra HDR), short films (motion photos), makers' notes. These are taken. What a
program elsewhere would run or open — an archive, a page, a script, a PDF, a program — is refused.
Whatever hides inside the picture's own segments never runs: originals are only served as
pictures, with type and disposition signed, and what pages show is encoded anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# A filled marker (FF FF C0) is found at its last FF; one literal first lets the search leap.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7\x01])", re.DOTALL)
_PAGES = re.compile(
    rb"<!doctype\s|<html|<head|<body|<script|<iframe|<svg[\s>]|<\?php|javascript:"
    # Three bytes alone stand in every sixth film of three megabytes.
    rb"|<%@\s*(?:page|include|taglib|language|control|webhandler|webservice)\b",
    re.IGNORECASE,
)
_PROGRAMS = (
    b"%PDF-",
    b"\x7fELF",
    b"#!/",
    b"MZ",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"PK\x03\x04",
)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_SIZE = 22


class Truncated(Exception):
    """The structure breaks off before the picture ends."""


def end_of_picture(data: bytes, media_type: str) -> int:
    """The offset behind the picture's last byte; raises Truncated."""
    return _ENDS[media_type](data)


def carries_something_else(data: bytes, end: int) -> bool:
    """Whether an archive, page, script or program hangs behind offset ``end``."""
    if _is_zip(data):
        return True
    tail = data[end:]
    start = tail.lstrip(b"\x00\t\n\r ")[:8]
    return start.startswith(_PROGRAMS) or _PAGES.search(tail) is not None


def _is_zip(data: bytes) -> bool:
    """Whether the bytes end as a ZIP does: with a directory record whose comment reaches the last byte."""
    window = data[-(_ZIP_END_SIZE + 0xFFFF) :]
    at = window.rfind(_ZIP_END)
    while at >= 0:
        comment = int.from_bytes(window[at + 20 : at + 22], "little")
        if at + _ZIP_END_SIZE + comment == len(window):
            return True
        at = window.rfind(_ZIP_END, 0, at)
    return False


def _end_of_jpeg(data: bytes) -> int:
    """The offset behind a JPEG (ISO/IEC 10918-1 annex B): skips segments by length and scans by search."""
    at = 2
    while (found := _MARKER.search(data, at)) is not None:
        at = found.end()
        if found[1] == b"\xd9":
            return at
        if found[1] != b"\xd8":
            at += max(2, int.from_bytes(data[at : at + 2], "big"))
    raise Truncated


def _end_of_png(data: bytes) -> int:
    """The offset behind a PNG (third edition, 5.3): reads length, type, data and CRC up to IEND."""
    at = 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND" and at <= len(data):
            return at
    raise Truncated


def _end_of_webp(data: bytes) -> int:
    """The offset behind a WebP: the RIFF size counts from byte 8 and is padded to even."""
    size = int.from_bytes(data[4:8], "little")
    if 8 + size > len(data):
        raise Truncated
    return min(8 + size + size % 2, len(data))


def _end_of_boxes(data: bytes) -> int:
    """The offset behind an AVIF or HEIC (ISO/IEC 14496-12, 4.2): reads boxes while their types are letters or digits."""
    at = 0
    while at + 8 <= len(data) and data[at + 4 : at + 8].isalnum():
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 0:
            return len(data)
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8 or at + size > len(data):
            break
        at += size
    if at == 0 or _is_cut_inside_box(data, at):
        raise Truncated
    return at


def _is_cut_inside_box(data: bytes, at: int) -> bool:
    return data[at + 4 : at + 8] in (b"mdat", b"meta", b"moov", b"ftyp")


_ENDS: dict[str, Callable[[bytes], int]] = {
    "image/jpeg": _end_of_jpeg,
    "image/png": _end_of_png,
    "image/webp": _end_of_webp,
    "image/heic": _end_of_boxes,
    "image/avif": _end_of_boxes,
}
