"""Tables written row by row, so that however many there are, few lie in memory.

Cells that a spreadsheet would run as formulas are guarded in each form.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import IO, Protocol

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from backend.lib.guarded_csv import guard_cell

Cell = str | int | dt.date | dt.datetime | None
Row = Sequence[Cell]
_MOST_ROWS_OF_SHEET = 2**20
"""What a sheet of XLSX may have."""


class TableWriter(Protocol):
    """Writes a table to a file that it does not close."""

    def __init__(self, file: IO[bytes], headings: Row) -> None: ...

    def add(self, row: Row) -> None:
        """Write one row."""

    def finish(self) -> None:
        """Write what is still to be written; nothing is added after it."""


class CsvWriter:
    """CSV in UTF-8 with the mark by which Excel knows it; days as in ISO 8601."""

    def __init__(self, file: IO[bytes], headings: Row) -> None:
        self._text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=False)
        self._rows = csv.writer(self._text)
        self.add(headings)

    def add(self, row: Row) -> None:
        """Write one row."""
        self._rows.writerow(["" if cell is None else guard_cell(str(cell)) for cell in row])

    def finish(self) -> None:
        """Give the file back with all in it."""
        self._text.flush()
        self._text.detach()


class XlsxWriter:
    """A workbook of as many sheets as it takes, each with the headings."""

    def __init__(self, file: IO[bytes], headings: Row) -> None:
        self._file, self._headings = file, headings
        self._book = Workbook(write_only=True)
        self._begin_sheet()

    def add(self, row: Row) -> None:
        """Write one row; days stay days."""
        if self._written == _MOST_ROWS_OF_SHEET:
            self._begin_sheet()
        self._sheet.append([_guard_cell(cell) for cell in row])
        self._written += 1

    def finish(self) -> None:
        """Pack the sheets into the file."""
        self._book.save(self._file)

    def _begin_sheet(self) -> None:
        self._sheet = self._book.create_sheet()
        self._sheet.append([_guard_cell(cell) for cell in self._headings])
        self._written = 1


def _guard_cell(cell: Cell) -> Cell:
    return guard_cell(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


WRITERS: Mapping[str, type[TableWriter]] = {"csv": CsvWriter, "xlsx": XlsxWriter}
