"""What an import tells of rows that it took: all of it counted, the first of it in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from backend.exchange.row_cells import Note

MOST_ROWS = 200


def merge_notes(earlier: dict[str, Any] | None, notes: Sequence[Note]) -> dict[str, Any]:
    """The notes ``earlier`` told of the rows before, and the ``notes`` of those after them.

    ``count`` of all, ``codes``: how many of each, ``rows``: the first of them, each with line,
    column, code, what ``stands`` in the register and what ``came``.
    """
    before = earlier or {"count": 0, "codes": {}, "rows": []}
    codes = Counter(before["codes"])
    codes.update(note.code for note in notes)
    room = MOST_ROWS - len(before["rows"])
    rows = [note._asdict() for note in sorted(notes)[: max(room, 0)]]
    return {
        "count": before["count"] + len(notes),
        "codes": dict(codes),
        "rows": before["rows"] + rows,
    }
