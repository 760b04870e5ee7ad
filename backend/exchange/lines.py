"""What a file of a table gives, whatever its format: numbered lines, and how they were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from backend.lib.problems import Refused

Line = tuple[int, list[str]]

MOST_LINES = 1_048_576
"""As many lines as a sheet of Excel may have."""

MOST_COLUMNS = 500


@dataclass(slots=True)
class Lines:
    """``form`` says how they were read: encoding and separator, or the sheet.

    ``other_sheets`` hold something and are not read. ``merged`` cells are known once all lines were
    read.
    """

    lines: Iterator[Line]
    form: dict[str, str]
    other_sheets: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def too_large() -> Refused:
    """What to raise for a table beyond the limits."""
    text = _("The workbook is too large once unpacked. Split it.")
    return Refused("too-large", text, field="file", status=413)


def unreadable() -> Refused:
    """What to raise for what is no table."""
    text = _("The file cannot be read as a table. Save it as CSV (UTF-8) or XLSX.")
    return Refused("not-a-table", text, field="file")
