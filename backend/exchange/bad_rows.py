"""The rows that were not taken, given back as a CSV with line, column and reason."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from backend.exchange.oddities import UNMENDED, OddText
from backend.exchange.row_cells import BadRow
from backend.lib.guarded_csv import unguard_cell, write_csv

Refusal = tuple[int, BadRow, list[str]]
ADDED_COLUMNS = ("line", "column", "reason")
"""The columns that stand beside the table's own."""


class ToldRow(NamedTuple):
    """A row that was not taken, as its list tells it; ``value`` is what stood in ``column``."""

    line: int
    column: str
    reason: str
    value: str


def import_folder(job: uuid.UUID) -> str:
    """The folder in storage where the lists of an import lie."""
    return f"imports/{job}/"


def store_bad_rows(job: uuid.UUID, refused: Sequence[Refusal], width: int) -> str:
    """Keep the refused rows of one chunk, ``width`` cells of each; returns where they wait."""
    rows = (
        [*map(_blank_out_odd_cell, cells[:width]), str(line), bad.column, bad.reason]
        for line, bad, cells in refused
    )
    content = ContentFile(write_csv(rows).encode())
    return str(default_storage.save(f"{import_folder(job)}refused-{refused[0][0]}.csv", content))


def _blank_out_odd_cell(cell: str) -> str:
    return UNMENDED if type(cell) is OddText else cell


def join_bad_rows(job: uuid.UUID, header: Sequence[str], parts: Sequence[str]) -> str:
    """One file of all parts: the table's own columns, then line, column and reason."""
    content = ContentFile(b"")
    content.write(write_csv([[*header, *ADDED_COLUMNS]]).encode("utf-8-sig"))
    for part in parts:
        with default_storage.open(part) as file:
            content.write(file.read())
    content.seek(0)
    key = str(default_storage.save(f"{import_folder(job)}bad_rows.csv", content))
    for part in parts:
        default_storage.delete(part)
    return key


def read_bad_rows(key: str, *, after: int = 0) -> Iterator[ToldRow]:
    """The rows of the list at ``key`` that stand behind the line ``after`` of the table, in order."""
    with default_storage.open(key) as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        header = [unguard_cell(title) for title in next(rows)]
        for cells in rows:
            line, column, reason = map(unguard_cell, cells[-len(ADDED_COLUMNS) :])
            if int(line) > after:
                value = cells[header.index(column)] if column in header else ""
                yield ToldRow(int(line), column, reason, unguard_cell(value))
