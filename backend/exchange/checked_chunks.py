"""The rows of a table in chunks, each read and checked while the one before it is written.

The checker asks the database for nothing, so that it can work beside the connection that writes.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import get_language, override

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


def read_chunks(
    checker: RowChecker, rows: Iterator[Line], size: int
) -> Generator[CheckedChunk, None, None]:
    """The chunks of ``size`` lines, one ahead of who asks for them; raises what reading does."""
    with ThreadPoolExecutor(1, "read ahead") as ahead:
        coming = _order_chunk(ahead, checker, rows, size)
        while (chunk := coming.result()).lines:
            coming = _order_chunk(ahead, checker, rows, size)
            yield chunk


def _order_chunk(
    ahead: ThreadPoolExecutor, checker: RowChecker, rows: Iterator[Line], size: int
) -> Future[CheckedChunk]:
    """Have the next chunk made, and its reasons told in the language of who asks."""
    return ahead.submit(_check_next_lines, checker, rows, size, get_language())


def _check_next_lines(
    checker: RowChecker, rows: Iterator[Line], size: int, language: str | None
) -> CheckedChunk:
    with pause_collector(), override(language):
        chunk = CheckedChunk(list(islice(rows, size)))
        for line, values in chunk.lines:
            try:
                chunk.good.append(checker.check_row(line, values))
            except BadRow as error:
                chunk.bad.append((line, error, values))
        return chunk
