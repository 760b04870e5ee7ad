"""Good rows into the register: known units locked, lives judged, then all of it written.

What a row tells of its unit's life is judged before anything is written: a row that does not fit
writes nothing. Nothing here commits: the caller's transaction does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.exchange.chunk_parties import enter_parties, note_party_names
from backend.exchange.known_units import KnownUnit, list_moved_lines, lock_known_units
from backend.exchange.row_cells import BadRow, Note
from backend.exchange.row_checker import CheckedRow
from backend.exchange.unit_chunk import UnitChunk
from backend.exchange.unit_writer import UnitWriter
from backend.lib import locks
from backend.units.models import Category

_NEW_KEYS = """
    SELECT nextval(pg_get_serial_sequence('units_unit', 'id')) FROM generate_series(1, %s)
"""


@dataclass(slots=True)
class WriteResult:
    """What became of a chunk: figures, lines that were refused, and what is told of the others."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[int, BadRow]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def write_rows(
    rows: Sequence[CheckedRow], *, actor: User, prefixes: tuple[str, ...], columns: Sequence[str]
) -> WriteResult:
    """Enter or update the units of ``rows``, and file what they tell of their lives.

    ``columns`` are the texts that the table has. Units outside the regions that begin with
    one of ``prefixes`` are left alone. Raises Raced.
    """
    written = WriteResult()
    # Units known by an old code only have no unique column that would keep two imports apart.
    locks.wait_for_lock("exchange/staging")
    known = lock_known_units(rows, prefixes)
    rows = _refuse_mismatched_rows(rows, known, prefixes, written)
    keys = {line: unit.key for line, unit in known.items()} | _take_new_keys(rows, known)
    chunk = UnitChunk(actor, rows, keys, known.keys())
    rows = _drop_refused(rows, chunk.judge_and_fold_rows(list_moved_lines(rows, known)), written)
    entities = enter_parties(rows)
    written.notes = [*(n for row in rows for n in row.notes), *note_party_names(rows, entities)]
    writer = UnitWriter(keys, entities, chunk.derived_columns())
    new = [row for row in rows if row.line not in known]
    writer.insert_units(new)
    # One with nothing but new records counts as updated too.
    changed = writer.update_units([row for row in rows if row.line in known], columns)
    changed |= chunk.filing_lines & known.keys()
    chunk.file_records()
    written.created, written.updated = len(new), len(changed)
    written.unchanged = len(rows) - len(new) - len(changed)
    return written


def _refuse_mismatched_rows(
    rows: Sequence[CheckedRow],
    known: Mapping[int, KnownUnit],
    prefixes: tuple[str, ...],
    written: WriteResult,
) -> list[CheckedRow]:
    """Refuse rows of units that stand elsewhere, and of units of another kind; returns the rest."""
    refused = []
    for row in rows:
        unit = known.get(row.line)
        if unit is not None and not unit.region.startswith(prefixes):
            reason = _("A unit of this device code stands outside your jurisdiction.")
            refused.append((row.line, BadRow("", reason)))
        elif unit is not None and unit.kind != row.kind:
            name = Category.objects.get(pk=unit.category).kind_name
            reason = _("The register has this code for equipment of another kind: %(name)s.")
            refused.append((row.line, BadRow("", reason % {"name": name})))
    return _drop_refused(rows, refused, written)


def _drop_refused(
    rows: Sequence[CheckedRow], refused: Sequence[tuple[int, BadRow]], written: WriteResult
) -> list[CheckedRow]:
    """The rows but those ``refused``, which are noted."""
    written.refused += refused
    gone = {line for line, _bad in refused}
    return [row for row in rows if row.line not in gone]


def _take_new_keys(rows: Sequence[CheckedRow], known: Mapping[int, KnownUnit]) -> dict[int, int]:
    """A key for each line whose unit is new, in order."""
    lines = [row.line for row in rows if row.line not in known]
    with connection.cursor() as cursor:
        cursor.execute(_NEW_KEYS, [len(lines)])
        return {line: key for line, (key,) in zip(lines, cursor.fetchall(), strict=True)}
