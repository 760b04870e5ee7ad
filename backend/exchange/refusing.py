"""The rows that were not taken, given back as a CSV with line, column and reason."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from backend.exchange.cells import BadRow

Refusal = tuple[int, BadRow, list[str]]


def store_part(job: uuid.UUID, refused: Sequence[Refusal]) -> str:
    """Keep the refused rows of one chunk; returns the key under which they wait."""
    rows = ([*cells, str(line), bad.column, bad.reason] for line, bad, cells in refused)
    content = ContentFile(_csv(rows).encode())
    return str(default_storage.save(f"imports/{job}/refused-{refused[0][0]}.csv", content))


def join_parts(job: uuid.UUID, header: Sequence[str], parts: Sequence[str]) -> str:
    """One file of all parts: the table's own columns, then line, column and reason."""
    content = ContentFile(b"")
    content.write(_csv([[*header, "line", "column", "reason"]]).encode("utf-8-sig"))
    for part in parts:
        with default_storage.open(part) as file:
            content.write(file.read())
    content.seek(0)
    key = str(default_storage.save(f"imports/{job}/bad_rows.csv", content))
    for part in parts:
        default_storage.delete(part)
    return key


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([harmless(value) for value in row])
    return text.getvalue()


def harmless(value: str) -> str:
    """A text that a spreadsheet does not run as a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value
