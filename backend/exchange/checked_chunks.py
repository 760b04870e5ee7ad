"""The rows of a table in chunks, each read and checked before it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from backend.exchange.lines import Line
from backend.exchange.row_cells import BadRow
from backend.exchange.row_checker import CheckedRow, RowChecker
from backend.lib.collector import pause_collector

BadRows = list[tuple[int, BadRow, list[str]]]


@dataclass(slots=True)
class CheckedChunk:
    """Some lines of a table, and which of them are good and which are bad by themselves."""

    lines: list[Line]
    good: list[CheckedRow] = field(default_factory=list)
    bad: BadRows = field(default_factory=list)


def read_chunks(checker: RowChecker, rows: Iterator[Line], size: int) -> Iterator[CheckedChunk]:
    """The chunks of ``size`` lines, each read when it is asked for; raises what reading does."""
    while (chunk := _check_next_lines(checker, rows, size)).lines:
        yield chunk


def _check_next_lines(checker: RowChecker, rows: Iterator[Line], size: int) -> CheckedChunk:
    with pause_collector():
        chunk = CheckedChunk(list(islice(rows, size)))
        for line, values in chunk.lines:
            try:
                chunk.good.append(checker.check_row(line, values))
            except BadRow as error:
                chunk.bad.append((line, error, values))
        return chunk
