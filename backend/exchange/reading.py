"""Rows out of an uploaded table, CSV or XLSX, whatever its encoding; refuses what is no table."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from backend.lib.problems import Refused

MOST_UNPACKED = 1 << 30
# The table of texts is held in memory as a whole, sheets are read as a stream.
MOST_TEXTS = 64 << 20
MOST_PARTS = 2000
MOST_LINES = 1_048_576
"""As many lines as a sheet of Excel may have."""

MOST_COLUMNS = 500
MOST_IN_FIELD = 4000
Line = tuple[int, list[str]]
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, SyntaxError, InvalidFileException, KeyError,
    ValueError, IndexError, TypeError, EOFError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
"""What zipfile, the XML parsers and openpyxl raise for what is no workbook."""


def read_table(stream: IO[bytes], name: str) -> tuple[list[str], Iterator[Line]]:
    """The header, and (line, values) of each later row that is not blank; the header is line 1.

    Rows have as many values as the header. Raises Refused ``not-a-table`` (unreadable, empty, no
    header) or ``too-large`` (unpacked), also while rows are read.
    """
    lines = _xlsx(stream) if name.lower().endswith(".xlsx") else _csv(stream)
    header = next(lines, (1, []))[1]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise Refused("not-a-table", _("The file has no header line."), field="file")
    if len(header) > MOST_COLUMNS:
        raise _too_large()
    return header, _rows(lines, len(header))


def _rows(lines: Iterator[Line], width: int) -> Iterator[Line]:
    for line, values in lines:
        if any(values):
            if len(values) != width:
                values = (values + [""] * width)[:width]
            yield line, values


def _csv(stream: IO[bytes]) -> Iterator[Line]:
    encoding = _encoding(stream)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
    reader = csv.reader(text)
    try:
        for values in reader:
            yield reader.line_num, [value.strip() for value in values]
    except (csv.Error, UnicodeDecodeError) as error:
        raise _unreadable() from error
    finally:
        text.detach()


def _encoding(stream: IO[bytes]) -> str:
    """UTF-8 if the whole file is, else GB 18030, which every byte of a Chinese Excel fits."""
    stream.seek(0)
    reader = io.TextIOWrapper(stream, encoding="utf-8")
    try:
        while reader.read(1 << 20):
            pass
    except UnicodeDecodeError:
        return "gb18030"
    finally:
        reader.detach()
        stream.seek(0)
    return "utf-8-sig"


def _xlsx(stream: IO[bytes]) -> Iterator[Line]:
    try:
        _weigh(stream)
        sheet = load_workbook(stream, read_only=True, data_only=True).worksheets[0]
        # What the sheet says of its size may be a lie: the rows themselves are counted.
        sheet.reset_dimensions()
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if line > MOST_LINES:
                raise _too_large()
            yield line, ["" if value is None else _plain(value) for value in values]
    except _BROKEN as error:
        raise _unreadable() from error


def _weigh(stream: IO[bytes]) -> None:
    """Refuse a workbook that would fill the memory, from its table of contents alone.

    A part that unpacks to more than it says there fails its checksum when it is read.
    """
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
    kept = sum(part.file_size for part in parts if "worksheets/" not in part.filename)
    whole = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or kept > MOST_TEXTS or whole > MOST_UNPACKED:
        raise _too_large()
    stream.seek(0)


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value)


def _too_large() -> Refused:
    text = _("The workbook is too large once unpacked. Split it.")
    return Refused("too-large", text, field="file", status=413)


def _unreadable() -> Refused:
    text = _("The file cannot be read as a table. Save it as CSV (UTF-8) or XLSX.")
    return Refused("not-a-table", text, field="file")
