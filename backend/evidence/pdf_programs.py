"""Whether a stranger's PDF carries a program or another file: looked for in all its bytes, as no viewer does.

Run within :mod:`backend.evidence.probe`; it imports no Django.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_PROGRAM = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|Rendition|XFA)(?![A-Za-z])"
)
"""Names by which a PDF runs something or carries a file (ISO 32000-1, 7.11.4, 12.5.6, 12.6.4, 12.7.8)."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = b"/ObjStm"
"""The type of a stream of packed objects (7.5.7), which itself is never packed."""
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FILTERS = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_FLATE = frozenset({b"/FlateDecode", b"/Fl"})
_LONGEST_DICTIONARY = 1024
_MOST_UNPACKED = 64 * 1024 * 1024


def carries_program(content: bytes) -> bool:
    """Whether it has JavaScript, starts programs, or carries files or a form that is one.

    Objects that are packed in a way not read here count as carrying one. Raises MemoryError for
    what unpacks too far.
    """
    plain = _unescape(content)
    if _PROGRAM.search(plain):
        return True
    read = 0
    for part in _unpack_objects(content):
        if _PROGRAM.search(_unescape(part)):
            return True
        read += 1
    return read != plain.count(_PACKED)


def _unescape(content: bytes) -> bytes:
    """With names as they are meant: ``/J#61vaScript`` is ``/JavaScript``."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _unpack_objects(content: bytes) -> Iterator[bytes]:
    """What lies packed in each stream of objects that can be read here."""
    left = _MOST_UNPACKED
    for begin in _STREAM.finditer(content):
        before = content[max(0, begin.start() - _LONGEST_DICTIONARY) : begin.start()]
        dictionary = _unescape(before[before.rfind(b"endobj") + 1 :])
        if _PACKED not in dictionary:
            continue
        end = content.find(b"endstream", begin.end())
        packed = content[begin.end() : max(end, begin.end())]
        unpacked = _unpack(_FILTERS.search(dictionary), packed, left)
        if unpacked is not None:
            left -= len(unpacked)
            yield unpacked


def _unpack(filters: re.Match[bytes] | None, packed: bytes, most: int) -> bytes | None:
    """None for what is packed otherwise, and for what goes on behind its end."""
    if filters is None:
        return packed
    if filters[1].strip(b"[] \r\n\t") not in _FLATE:
        return None
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(packed, most)
    except zlib.error:
        return None
    if len(unpacked) >= most:
        raise MemoryError
    return unpacked if unpacking.eof else None
