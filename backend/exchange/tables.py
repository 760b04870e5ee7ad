"""A table out of an uploaded file: its header wherever it stands, and the rows below it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from backend.exchange.cleaned_titles import clean_title
from backend.exchange.lines import MOST_COLUMNS, Line, Lines, too_large_refusal
from backend.exchange.text_files import HEAD, read_text_file
from backend.exchange.workbooks import read_workbook
from backend.lib.problems import Refused

MOST_IN_FIELD = 4000


@dataclass(slots=True)
class Table:
    """The titles of the columns, and (line, values) of each later row that is not blank.

    Rows have as many values as the header, or more where something stands beyond it.
    """

    header: list[str]
    header_line: int
    rows: Iterator[Line]
    _lines: Lines

    @property
    def form(self) -> dict[str, str]:
        """How the file was read: its encoding and separator, or its sheet."""
        return self._lines.form

    @property
    def reading_report(self) -> dict[str, Any]:
        """How the file was read, and what of it was not; whole once all rows are read."""
        return {
            **self.form,
            "header_line": self.header_line,
            "other_sheets": self._lines.other_sheets,
            "merged_cells": self._lines.merged,
        }


def read_table(
    stream: IO[bytes], name: str, is_header: Callable[[Sequence[str]], bool] = any
) -> Table:
    """The table in ``stream``. Its header is the first line that ``is_header`` knows by its titles,
    else the first that is not blank.

    Raises Refused ``not-a-table`` (unreadable, empty, no header) or ``too-large`` (unpacked), also
    while rows are read.
    """

    def knows(values: Sequence[str]) -> bool:
        return is_header([clean_title(value) for value in values])

    workbook = name.lower().endswith(".xlsx")
    found = read_workbook(stream) if workbook else read_text_file(stream, knows)
    head = list(itertools.islice(found.lines, HEAD))
    filled = [n for n, (_line, values) in enumerate(head) if any(values)]
    if not filled:
        raise Refused("not-a-table", _("The file has no header line."), field="file")
    at = next((n for n in filled if knows(head[n][1])), filled[0])
    line, titles = head[at]
    header = [clean_title(value) for value in titles]
    while not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise too_large_refusal()
    rows = _fit_rows_to_width(itertools.chain(head[at + 1 :], found.lines), len(header))
    return Table(header, line, rows, found)


def _fit_rows_to_width(lines: Iterator[Line], width: int) -> Iterator[Line]:
    for line, values in lines:
        if any(values):
            if len(values) < width:
                values = values + [""] * (width - len(values))
            elif len(values) > width and not any(values[width:]):
                values = values[:width]
            yield line, values
