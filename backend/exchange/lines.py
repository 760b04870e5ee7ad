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
    """The lines of one file; ``form``: how they were read, by encoding and separator or by sheet.

    ``other_sheets`` hold something and are not read. ``merged`` cells are known once all lines were
    read.
    """

    lines: Iterator[Line]
    form: dict[str, str]
    other_sheets: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def too_large_refusal() -> Refused:
    """The refusal of a table beyond the limits."""
    text = _("The workbook is too large once unpacked. Split it.")
    return Refused("too-large", text, field="file", status=413)


def unreadable_refusal() -> Refused:
    """The refusal of a file that is no table."""
    text = _("The file cannot be read as a table. Save it as CSV (UTF-8) or XLSX.")
    return Refused("not-a-table", text, field="file")
