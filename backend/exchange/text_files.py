"""Lines out of a text file: CSV in the encodings and with the separators that are usual in China."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from backend.exchange.lines import Line, Lines, too_large_refusal, unreadable_refusal
from backend.exchange.oddities import Oddity, OddText, text_or_odd
from backend.lib.guarded_csv import unguard_cell

MOST_IN_LINE = 1 << 20
_MAY_BE_SPECIAL = re.compile(r"['#\r\n+]").search  # looked for once a line, mostly in vain
HEAD = 30
"""Lines among which the header is looked for: titles and blank lines may stand above it."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GB_BOM = b"\x84\x31\x95\x33"
_SEPARATORS = (",", ";", "\t", "，", "；")


def read_text_file(stream: IO[bytes], is_header: Callable[[Sequence[str]], bool]) -> Lines:
    """The lines of the file, separated as the line ``is_header`` knows is.

    Raises Refused ``not-a-table`` for what is no text, also while lines are read.
    """
    encoding = _detect_encoding(stream)
    separator = _detect_separator(stream, encoding, is_header)
    form = {"encoding": encoding, "separator": "tab" if separator == "\t" else separator}
    return Lines(_read_lines(stream, encoding, separator), form)


def _read_lines(stream: IO[bytes], encoding: str, separator: str) -> Iterator[Line]:
    stream.seek(len(_GB_BOM) if encoding == "gb18030" and _has_gb_bom(stream) else 0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
    reader = csv.reader(_read_bounded_lines(text), delimiter=separator, strict=True)
    try:
        for values in reader:
            yield reader.line_num, _clean_cells(values)
    except (csv.Error, UnicodeError) as error:
        raise unreadable_refusal() from error
    finally:
        if not stream.closed:  # as it is where reading was given up
            text.detach()


def _read_bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of the file; one so long that its cells would fill the memory is refused."""
    while line := text.readline(MOST_IN_LINE + 1):
        if len(line) > MOST_IN_LINE:
            raise too_large_refusal()
        yield line


def _clean_cells(values: list[str]) -> list[str]:
    """The texts of the cells of a line; most cells of a wide table are empty, and most lines plain."""
    texts = [value and value.strip() for value in values]
    return texts if _MAY_BE_SPECIAL("\0".join(texts)) is None else [*map(_clean_cell, texts)]


def _clean_cell(text: str) -> str:
    """The text of one cell. Several lines in it are mostly a quotation mark that is not closed,
    and rows that it has swallowed."""
    if "\n" in text or "\r" in text:
        return OddText(text, Oddity.LINES)
    return text_or_odd(unguard_cell(text))


def _detect_separator(
    stream: IO[bytes], encoding: str, is_header: Callable[[Sequence[str]], bool]
) -> str:
    """The separator that gives a header; else the one that gives the widest line."""
    widest = dict.fromkeys(_SEPARATORS, 0)
    for separator in _SEPARATORS:
        for _line, values in itertools.islice(_read_lines(stream, encoding, separator), HEAD):
            if is_header(values):
                return separator
            widest[separator] = max(widest[separator], len(values))
    return max(widest, key=lambda separator: widest[separator])


def _has_gb_bom(stream: IO[bytes]) -> bool:
    stream.seek(0)
    return stream.read(len(_GB_BOM)) == _GB_BOM


def _detect_encoding(stream: IO[bytes]) -> str:
    """The encoding by its mark; else UTF-8 if the whole file is, UTF-16 if many bytes of its
    beginning are none, else GB 18030, which every byte of a Chinese Excel fits."""
    stream.seek(0)
    begin = stream.read(1024)
    for mark, encoding in _BOMS:
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
