"""Lines out of a text file: CSV in the encodings and with the separators that are usual in China."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from backend.exchange.lines import Line, Lines, too_large, unreadable
from backend.exchange.oddities import Odd, Oddity, text_or_odd
from backend.lib.guarded_csv import unguard

MOST_IN_LINE = 1 << 20
_IS_SPECIAL = re.compile(r"['#\r\n]|E\+").search  # looked for once, in most cells in vain
HEAD = 30
"""Lines among which the header is looked for: titles and blank lines may stand above it."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GB_MARK = b"\x84\x31\x95\x33"
_SEPARATORS = (",", ";", "\t", "，", "；")


def read_texts(stream: IO[bytes], is_header: Callable[[Sequence[str]], bool]) -> Lines:
    """The lines of the file, separated as the line ``is_header`` knows is.

    Raises Refused ``not-a-table`` for what is no text, also while lines are read.
    """
    encoding = _encoding(stream)
    separator = _separator(stream, encoding, is_header)
    form = {"encoding": encoding, "separator": "tab" if separator == "\t" else separator}
    return Lines(_lines(stream, encoding, separator), form)


def _lines(stream: IO[bytes], encoding: str, separator: str) -> Iterator[Line]:
    stream.seek(len(_GB_MARK) if encoding == "gb18030" and _has_gb_mark(stream) else 0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
    reader = csv.reader(_bounded(text), delimiter=separator, strict=True)
    try:
        for values in reader:
            yield reader.line_num, [_cell(value) for value in values]
    except (csv.Error, UnicodeError) as error:
        raise unreadable() from error
    finally:
        text.detach()


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines, none of them so long that its cells fill the memory."""
    while line := text.readline(MOST_IN_LINE + 1):
        if len(line) > MOST_IN_LINE:
            raise too_large()
        yield line


def _cell(value: str) -> str:
    """One cell. Several lines in it are mostly a quotation mark that is not closed, and rows that
    it has swallowed."""
    text = value.strip()
    if _IS_SPECIAL(text) is None:
        return text
    if "\n" in text or "\r" in text:
        return Odd(text, Oddity.LINES)
    return text_or_odd(unguard(text))


def _separator(stream: IO[bytes], encoding: str, is_header: Callable[[Sequence[str]], bool]) -> str:
    """The one that gives a header; else the one that gives the widest line."""
    widest = dict.fromkeys(_SEPARATORS, 0)
    for separator in _SEPARATORS:
        for _line, values in itertools.islice(_lines(stream, encoding, separator), HEAD):
            if is_header(values):
                return separator
            widest[separator] = max(widest[separator], len(values))
    return max(widest, key=lambda separator: widest[separator])


def _has_gb_mark(stream: IO[bytes]) -> bool:
    stream.seek(0)
    return stream.read(len(_GB_MARK)) == _GB_MARK


def _encoding(stream: IO[bytes]) -> str:
    """By its mark; else UTF-8 if the whole file is, UTF-16 if many bytes of its beginning
    are none, else GB 18030, which every byte of a Chinese Excel fits."""
    stream.seek(0)
    begin = stream.read(1024)
    for mark, encoding in _MARKS:
        if begin.startswith(mark):
            return encoding
    if begin.count(b"\0") * 10 > len(begin):
        return "utf-16-le" if begin.index(b"\0") % 2 else "utf-16-be"
    return "utf-8" if _is_utf8(stream) else "gb18030"


def _is_utf8(stream: IO[bytes]) -> bool:
    stream.seek(0)
    reader = io.TextIOWrapper(stream, encoding="utf-8")
    try:
        while reader.read(1 << 20):
            pass
    except UnicodeDecodeError:
        return False
    finally:
        reader.detach()
    return True
