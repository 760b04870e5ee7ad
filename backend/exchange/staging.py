"""Good rows into the register: COPY into staging tables, then one insert and one update.

The insert and the update are statements over the whole chunk, so the history triggers write
their rows in one statement too. What a row tells of its unit's life is judged between: a row that
does not fit writes nothing. Nothing here commits: the caller's transaction does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.exchange import statements as sql
from backend.exchange.parties import COLUMNS, PERSON
from backend.exchange.row_cells import BadRow, Note
from backend.exchange.row_checker import TEXT_COLUMNS, CheckedRow
from backend.exchange.unit_chunk import UnitChunk
from backend.lib import clock, locks
from backend.lib.identifiers.masking import mask_name, mask_resident_id


class Raced(Exception):
    """Another writer entered one of the units meanwhile: the chunk must be done again."""


@dataclass(slots=True)
class WriteResult:
    """What became of a chunk: figures, lines that were refused, and what is told of the others."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[int, BadRow]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def write_rows(
    rows: Sequence[CheckedRow], *, actor: User, prefixes: Sequence[str], columns: Sequence[str]
) -> WriteResult:
    """Enter or update the units of ``rows``, and file what they tell of their lives.

    ``columns`` are the texts that the table has. Units outside the regions that begin with
    one of ``prefixes`` are left alone. Raises Raced.
    """
    scope, written = [f"{prefix}%" for prefix in prefixes], WriteResult()
    # Units known by an old code only have no unique column that would keep two imports apart.
    locks.wait_for_lock("exchange/staging")
    with connection.cursor() as cursor:
        cursor.execute(sql.TABLES)
        _fill_staging_tables(rows)
        cursor.execute(sql.KNOWN_BY_CODE)
        cursor.execute(sql.KNOWN_BY_OLD_CODE, [scope])
        cursor.execute(sql.LOCK)
        _refuse_mismatched_rows(cursor, written, scope)
        chunk = _judge_and_thin_staged_rows(cursor, written, rows, actor, columns)
        cursor.execute(sql.ENTITIES)
        cursor.execute(sql.PARTIES)
        _insert_new_units(cursor, written)
        _update_known_units(cursor, written, chunk, columns)
        chunk.file_records()
        written.notes += [
            *_find_differently_named_parties(cursor, rows),
            *_find_nameless_parties(cursor, rows),
        ]
    return written


def _fill_staging_tables(rows: Sequence[CheckedRow]) -> None:
    staged = (
        (row.line, row.device_code, row.category, row.kind, row.region, row.first_used_on,
         *(row.point or (None, None)), row.source_datum, row.source_coordinates,
         row.parameters_json, *[row.plain.get(name, "") for name in TEXT_COLUMNS])
        for row in rows
    )  # fmt: skip
    _copy_rows(sql.COPY, staged)
    _copy_rows(sql.COPY_PARTIES, ((row.line, *party) for row in rows for party in row.parties))


def _copy_rows(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    raw: psycopg.Connection[Any] = connection.connection
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _refuse_mismatched_rows(cursor: Any, written: WriteResult, scope: list[str]) -> None:
    """Refuse rows of units that stand elsewhere, and of units that are of another kind."""
    cursor.execute(sql.ELSEWHERE, [scope])
    reason = _("A unit of this device code stands outside your jurisdiction.")
    written.refused += [(line, BadRow("", reason)) for (line,) in cursor.fetchall()]
    cursor.execute(sql.OTHER_KIND)
    reason = _("The register has this code for equipment of another kind: %(name)s.")
    written.refused += [
        (line, BadRow("", reason % {"name": name})) for line, name in cursor.fetchall()
    ]


def _judge_and_thin_staged_rows(
    cursor: Any,
    written: WriteResult,
    rows: Sequence[CheckedRow],
    actor: User,
    columns: Sequence[str],
) -> UnitChunk:
    """Judge what the rows left tell of their units' lives, and refuse those that do not fit."""
    cursor.execute(sql.NEW_KEYS)
    cursor.execute(sql.KEYS)
    keys = {line: (key, known) for line, key, known in cursor.fetchall()}
    cursor.execute(sql.moved_lines_sql(columns))
    moved = {line for (line,) in cursor.fetchall()}
    chunk = UnitChunk(actor, [row for row in rows if row.line in keys], keys)
    refused = chunk.judge_rows(moved)
    written.refused += refused
    cursor.execute(sql.DROP, [[line for line, _bad in refused]])
    gone = {line for line, _bad in written.refused}
    written.notes += [n for row in rows if row.line not in gone for n in row.notes]
    _copy_rows(sql.COPY_DERIVED, chunk.derived_columns())
    return chunk


def _insert_new_units(cursor: Any, written: WriteResult) -> None:
    cursor.execute("SELECT count(*) FROM exchange_staging WHERE unit_id IS NULL")
    wanted = cursor.fetchone()[0]
    if wanted:
        now = clock.now()
        cursor.execute(sql.INSERT, [now, now])
        written.created = cursor.rowcount
        if written.created != wanted:
            raise Raced


def _update_known_units(
    cursor: Any, written: WriteResult, chunk: UnitChunk, columns: Sequence[str]
) -> None:
    """Update the units that differ; one with nothing but new records counts as updated too."""
    cursor.execute("SELECT line FROM exchange_staging WHERE unit_id IS NOT NULL")
    known = {line for (line,) in cursor.fetchall()}
    if not known:
        return
    cursor.execute(sql.update_sql(columns), [clock.now()])
    changed = {line for (line,) in cursor.fetchall()} | (chunk.filing_lines & known)
    written.updated = len(changed)
    written.unchanged = len(known) - written.updated


def _find_nameless_parties(cursor: Any, rows: Sequence[CheckedRow]) -> Iterator[Note]:
    """Notes on parties known by number alone, for neither table nor register names them."""
    cursor.execute(sql.NAMELESS)
    titles = {row.line: row.titles for row in rows}
    for line, role, natural, number in cursor.fetchall():
        column = PERSON[1] if natural else COLUMNS[role][1]
        came = mask_resident_id(number) if natural else number
        yield Note(line, titles[line].get(column, column), "no-name", "", came)


def _find_differently_named_parties(cursor: Any, rows: Sequence[CheckedRow]) -> list[Note]:
    """Notes on parties whom the register knows by another name, which it keeps."""
    cursor.execute(sql.OTHER_NAMES)
    titles = {row.line: row.titles for row in rows}
    notes = []
    for line, role, natural, stands, came in cursor.fetchall():
        column = "person_name" if natural else COLUMNS[role][1]
        names = map(mask_name, (stands, came)) if natural else (stands, came)
        notes.append(Note(line, titles[line].get(column, column), "name-differs", *names))
    return notes
