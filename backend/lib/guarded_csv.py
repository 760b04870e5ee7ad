"""CSV that a spreadsheet opens without running it, and that reads back as what was written.

A cell that begins like a formula gets an apostrophe before it (OWASP, CSV injection). One that
begins with an apostrophe gets another, so that taking off one always gives what stood there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")


def guard_cell(text: str) -> str:
    """A text that a spreadsheet does not run as a formula."""
    return f"'{text}" if text.startswith(_GUARDED) else text


def unguard_cell(text: str) -> str:
    """What ``guard_cell`` was given; any other text stays as it is."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_GUARDED) else text


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV, each cell guarded."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([guard_cell(value) for value in row])
    return text.getvalue()
