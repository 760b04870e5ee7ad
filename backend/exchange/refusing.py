"""The rows that were not taken, given back as a CSV with line, column and reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from backend.exchange.cells import BadRow
from backend.exchange.oddities import UNMENDED, Odd
from backend.lib.guarded_csv import csv_of

Refusal = tuple[int, BadRow, list[str]]
ADDED = ("line", "column", "reason")
"""The columns that stand beside the table's own."""


def folder_of(job: uuid.UUID) -> str:
    """Where the lists of an import lie in storage."""
    return f"imports/{job}/"


def store_part(job: uuid.UUID, refused: Sequence[Refusal], width: int) -> str:
    """Keep the refused rows of one chunk, ``width`` cells of each; returns where they wait."""
    rows = (
        [*map(_sent_back, cells[:width]), str(line), bad.column, bad.reason]
        for line, bad, cells in refused
    )
    content = ContentFile(csv_of(rows).encode())
    return str(default_storage.save(f"{folder_of(job)}refused-{refused[0][0]}.csv", content))


def _sent_back(cell: str) -> str:
    return UNMENDED if type(cell) is Odd else cell


def join_parts(job: uuid.UUID, header: Sequence[str], parts: Sequence[str]) -> str:
    """One file of all parts: the table's own columns, then line, column and reason."""
    content = ContentFile(b"")
    content.write(csv_of([[*header, *ADDED]]).encode("utf-8-sig"))
    for part in parts:
        with default_storage.open(part) as file:
            content.write(file.read())
    content.seek(0)
    key = str(default_storage.save(f"{folder_of(job)}bad_rows.csv", content))
    for part in parts:
        default_storage.delete(part)
    return key
