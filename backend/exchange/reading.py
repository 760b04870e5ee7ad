"""Rows out of an uploaded table, CSV or XLSX, whatever its encoding; refuses what is no table."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from backend.lib.problems import Refused

MOST_UNPACKED = 1 << 30
MOST_IN_FIELD = 4000
Row = tuple[int, dict[str, str]]


def read_rows(stream: IO[bytes], name: str) -> Iterator[Row]:
    """(line, values by header) of each row that is not blank; the header is line 1.

    Raises Refused ``not-a-table`` (unreadable, empty, no header) or ``too-large`` (unpacked).
    """
    rows = _xlsx(stream) if name.lower().endswith(".xlsx") else _csv(stream)
    header = next(rows, (1, []))[1]
    if not any(header):
        raise Refused("not-a-table", _("The file has no header line."), field="file")
    for line, values in rows:
        if any(values):
            padded = values + [""] * (len(header) - len(values))
            yield line, dict(zip(header, padded, strict=False))


def _csv(stream: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
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


def _xlsx(stream: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(stream) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_UNPACKED:
            text = _("The workbook is too large once unpacked. Split it.")
            raise Refused("too-large", text, field="file", status=413)
        stream.seek(0)
        sheet = load_workbook(stream, read_only=True, data_only=True).worksheets[0]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise _unreadable() from error
    for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield line, ["" if value is None else str(value).strip() for value in values]


def _unreadable() -> Refused:
    text = _("The file cannot be read as a table. Save it as CSV (UTF-8) or XLSX.")
    return Refused("not-a-table", text, field="file")
