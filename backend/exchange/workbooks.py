"""Lines out of a workbook (XLSX), read as a stream in bounded memory.

openpyxl's own reader of sheets gives values without saying which of them are no texts, and looks
through every sheet for its size first. Its parser of cells, strings and styles is used; the rows
are taken from it one by one.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import (
    FORMULA_TAG,
    MERGE_TAG,
    ROW_TAG,
    VALUE_TAG,
    WorkSheetParser,
)
from openpyxl.xml.functions import fromstring, iterparse

from backend.exchange.lines import (
    MOST_COLUMNS,
    MOST_LINES,
    Line,
    Lines,
    too_large_refusal,
    unreadable_refusal,
)
from backend.exchange.oddities import MOST_DIGITS, Oddity, OddText, text_or_odd
from backend.lib.guarded_csv import unguard_cell

MOST_UNPACKED = 1 << 30
# The table of texts is held in memory as a whole, sheets are read as a stream.
MOST_TEXTS = 64 << 20
MOST_PARTS = 2000
MOST_TAGS = 6_000_000
_MOST_TAGS_OF_OTHERS = 200_000
_PIECE = 1 << 20
MOST_IN_CELL = 1 << 20
MOST_IN_ROW = 8 << 20
_ROW = re.compile(rb"</?(?:\w+:)?row\b")
_LONGEST_MARK = 64
_LOOKED_AT = 20
_LINES_LOOKED_AT = 200
_CONTENTS = "[Content_Types].xml"
_MOST_CONTENTS = 1 << 20
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TEXTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, SyntaxError, InvalidFileException, KeyError,
    ValueError, IndexError, TypeError, EOFError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
"""What zipfile, the XML parsers and openpyxl raise for what is no workbook."""


def read_workbook(stream: IO[bytes]) -> Lines:
    """The lines of the first sheet.

    Raises Refused ``not-a-table`` or ``too-large``, also while lines are read.
    """
    try:
        _check_workbook_size(stream)
        book = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
        book.read_manifest()
        book.read_strings()
        book.read_workbook()
        apply_stylesheet(book.archive, book.wb)
        sheets = [
            (sheet.name, rel.target)
            for sheet, rel in book.parser.find_sheets()
            if rel.target in book.valid_files and "chartsheet" not in rel.Type
        ]
        name, first = sheets[0]
        others = [title for title, part in sheets[1:_LOOKED_AT] if _has_content(book, part)]
        others += [title for title, _part in sheets[_LOOKED_AT:]]
    except _BROKEN as error:
        raise unreadable_refusal() from error
    merged: list[str] = []
    return Lines(_read_lines(book, first, merged), {"sheet": name}, others, merged)


def _read_lines(book: ExcelReader, part: str, merged: list[str]) -> Iterator[Line]:
    try:
        with book.archive.open(part) as source:
            yield from _Sheet(book, _BoundedStream(source)).read_lines(merged)
    except _BROKEN as error:
        raise unreadable_refusal() from error


def _has_content(book: ExcelReader, part: str) -> bool:
    """Whether the sheet has anything near its top."""
    rows = itertools.islice(_read_lines(book, part, []), _LINES_LOOKED_AT)
    return any(any(values) for _line, values in rows)


class _Sheet(WorkSheetParser):
    """The rows of one sheet, their cells as texts or as what they are instead."""

    def __init__(self, book: ExcelReader, source: _BoundedStream) -> None:
        styles: Any = book.wb  # what apply_stylesheet wrote there, its types do not know
        super().__init__(
            source,
            book.shared_strings,
            data_only=True,
            epoch=styles.epoch,
            date_formats=styles._date_formats,
            timedelta_formats=styles._timedelta_formats,
        )
        formats = {n: _number_format(styles, style) for n, style in enumerate(styles._cell_styles)}
        self._percent = {n for n, form in formats.items() if "%" in form}
        self._padded = {n: len(form) for n, form in formats.items() if set(form) == {"0"}}

    def read_lines(self, merged: list[str]) -> Iterator[Line]:
        """Read each row with its number; merged cells stand below all rows."""
        rows = 0
        for _event, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                line, cells = self.parse_row(element)
                element.clear()
                self.row_dimensions.clear()
                rows += 1
                if max(line, rows) > MOST_LINES:
                    raise too_large_refusal()
                yield line, _row_values(cells)
            elif element.tag == MERGE_TAG:
                merged += [str(cell.get("ref")) for cell in element]

    def parse_cell(self, element: Element) -> dict[str, Any]:
        """The cell, with its value as a text."""
        cell: dict[str, Any] = super().parse_cell(element)
        value = cell["value"]
        if value is None:
            cell["value"] = _text_of_empty_cell(element)
        elif type(value) is str and cell["data_type"] != "e":
            cell["value"] = text_or_odd(unguard_cell(value.strip()))
        else:
            told = _text_of_value(value, is_percent=cell["style_id"] in self._percent)
            width = self._padded.get(cell["style_id"], 0)
            cell["value"] = told if type(told) is OddText else told.zfill(width)
        return cell


def _row_values(cells: list[dict[str, Any]]) -> list[str]:
    values: list[str] = []
    for cell in cells:
        if not cell["value"]:
            continue
        if cell["column"] > MOST_COLUMNS:
            raise too_large_refusal()
        values.extend([""] * (cell["column"] - 1 - len(values)))
        values.append(cell["value"])
    return values


def _text_of_empty_cell(element: Element) -> str:
    """A formula that keeps no result is not empty; one whose result is an empty text is."""
    formula = element.find(FORMULA_TAG)
    kept = element.get("t") == "str" and element.find(VALUE_TAG) is not None
    if formula is None or kept:
        return ""
    return OddText(f"={formula.text or ''}", Oddity.FORMULA)


def _text_of_value(value: Any, *, is_percent: bool) -> str:
    if isinstance(value, str):
        return OddText(value, Oddity.ERROR)
    if isinstance(value, bool):
        return OddText(str(value).upper(), Oddity.BOOLEAN)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return OddText(value.date().isoformat(), Oddity.DATE)
    if not isinstance(value, int | float):
        return OddText(str(value), Oddity.DATE)
    if abs(value) >= 10**MOST_DIGITS:
        return OddText(f"{value:.0f}", Oddity.DIGITS)
    if is_percent:
        return OddText(f"{value * 100:.{MOST_DIGITS}g}%", Oddity.PERCENT)
    return str(int(value)) if float(value).is_integer() else f"{value:.{MOST_DIGITS}g}"


def _number_format(book: Any, style: Any) -> str:
    """The number format of a style."""
    own = style.numFmtId - BUILTIN_FORMATS_MAX_SIZE
    if own < 0:
        return str(BUILTIN_FORMATS.get(style.numFmtId, ""))
    return str(book._number_formats[own]) if own < len(book._number_formats) else ""


class _BoundedStream:
    """The bytes of a sheet. No cell and no row of it may be so long that it fills the memory."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._before = source, b""
        self._in_cell = self._in_row = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Refused ``too-large`` or ``not-a-table``."""
        read = self._source.read(size)
        seen = self._before + read
        _refuse_markup_declarations(seen)
        self._in_cell = _bytes_since_tag(seen.rfind(b"<"), seen, read, self._in_cell)
        rows = [found.start() for found in _ROW.finditer(seen)]
        self._in_row = _bytes_since_tag(rows[-1] if rows else -1, seen, read, self._in_row)
        if self._in_cell > MOST_IN_CELL or self._in_row > MOST_IN_ROW:
            raise too_large_refusal()
        self._before = seen[-_LONGEST_MARK:]
        return read


def _refuse_markup_declarations(seen: bytes) -> None:
    """A part that Excel wrote is UTF-8, without a document type, comments or raw texts: with them
    a text could unfold, or look like the beginning of a row."""
    if b"<!" in seen or b"\0" in seen:
        raise unreadable_refusal()


def _bytes_since_tag(at: int, seen: bytes, read: bytes, before: int) -> int:
    """The bytes since the last tag, which begins ``at`` in ``seen``, or before it where that is -1."""
    return before + len(read) if at < 0 else len(seen) - at


def _check_workbook_size(stream: IO[bytes]) -> None:
    """Refuse a workbook that would fill the memory, before anything of it is understood.

    A part counts by what the book says it is, whatever its name: a sheet is read as a stream, all
    else at once. One that unpacks to more than it says fails its checksum when it is read.
    """
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        whole = sum(part.file_size for part in parts)
        if archive.getinfo(_CONTENTS).file_size > _MOST_CONTENTS:
            raise too_large_refusal()
        contents = archive.read(_CONTENTS)
        sheets, tables = _parts_of_type(_SHEET, contents), _parts_of_type(_TEXTS, contents)
        kept = [part for part in parts if f"/{part.filename}" not in sheets]
        texts = sum(part.file_size for part in kept)
        if len(parts) > MOST_PARTS or texts > MOST_TEXTS or whole > MOST_UNPACKED:
            raise too_large_refusal()
        for part in kept:
            if part.filename.endswith((".xml", ".rels")):
                is_table = f"/{part.filename}" in tables
                _check_tag_count(archive, part, MOST_TAGS if is_table else _MOST_TAGS_OF_OTHERS)
    stream.seek(0)


def _check_tag_count(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most_tags: int) -> None:
    """Refuse a part with too many tags, each of which becomes an object: texts may have many, others few."""
    tags, before = 0, b""
    with archive.open(part) as source:
        while read := source.read(_PIECE):
            _refuse_markup_declarations(before + read)
            tags, before = tags + read.count(b"<"), read[-1:]
    if tags > most_tags:
        raise too_large_refusal()


def _parts_of_type(content_type: str, contents: bytes) -> set[str]:
    """The names of the parts that are of this type and of no other besides."""
    said = [(one.get("PartName"), one.get("ContentType")) for one in fromstring(contents)]
    others = {name for name, what in said if what != content_type}
    return {name for name, what in said if name and what == content_type and name not in others}
