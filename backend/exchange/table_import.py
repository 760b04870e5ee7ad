"""Takes a stored table into the register: good rows written in chunks, bad rows told.

Safe to run again: a row is known by its device code (or registration code), an equal one counts
as unchanged. Figures and the last line are committed with each chunk in the job's own row, so a
worker that was killed is followed by another that goes on after the last committed chunk: it
checks the earlier rows again, to know which units the file has named, but writes none of them.
"""

from __future__ import annotations

import time
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.exchange.bad_rows import join_bad_rows, store_bad_rows
from backend.exchange.checked_chunks import BadRows, CheckedChunk, read_chunks
from backend.exchange.lines import Line
from backend.exchange.mapping import Mapping, get_mapping, require_columns
from backend.exchange.notes import merge_notes
from backend.exchange.point_counties import counties_of_points
from backend.exchange.row_cells import BadRow
from backend.exchange.row_checker import CheckedRow, RowChecker
from backend.exchange.staging import WriteResult, write_rows
from backend.exchange.tables import read_table
from backend.exchange.unit_writer import Raced
from backend.jobs.actions import note_progress
from backend.jobs.models import Job
from backend.lib.collector import pause_collector
from backend.lib.problems import Refused

CHUNK = 5000
_TRIES = 5
_FIGURES = ("read", "created", "updated", "unchanged", "bad")


def import_table(job: Job, stream: IO[bytes]) -> dict[str, Any]:
    """Read all of ``stream``; returns the figures, with the key of the bad rows' CSV if any.

    Raises Refused for what is no table, also in the middle of it, and ``import-too-long`` when it
    takes more than IMPORT_MAX_SECONDS: chunks before stay imported.
    """
    ends_at = time.monotonic() + settings.IMPORT_MAX_SECONDS
    mapping, name = _mapping_as_ordered(job), job.parameters["name"]
    table = read_table(stream, name, mapping.is_header)
    require_columns(mapping, table)
    checker = RowChecker(actor=job.owner, mapping=mapping, header=table.header, name=name)
    progress = dict.fromkeys((*_FIGURES, "line"), 0) | {"parts": []} | job.result
    seen: set[str] = set()
    for chunk in read_chunks(checker, table.rows, CHUNK):
        if time.monotonic() > ends_at:
            raise _took_too_long()
        with pause_collector():
            good, bad = _split_good_and_bad(checker, chunk, seen)
            if chunk.lines[-1][0] > progress["line"]:
                _commit_chunk(job, checker, progress, chunk.lines, good, bad)
    result: dict[str, Any] = {name: progress[name] for name in _FIGURES}
    if "notes" in progress:
        result["notes"] = progress["notes"]
    if progress["parts"]:
        result["bad_rows"] = join_bad_rows(job.pk, table.header, progress["parts"])
    result["table"] = table.reading_report | {"unread_columns": checker.unread}
    return result


def _took_too_long() -> Refused:
    text = _("The import took longer than %(seconds)d s. Split the file.")
    return Refused("import-too-long", text % {"seconds": settings.IMPORT_MAX_SECONDS})


def _mapping_as_ordered(job: Job) -> Mapping:
    """The mapping as it was when the import was ordered."""
    frozen = job.parameters.get("columns")
    return Mapping(**frozen) if frozen else get_mapping(job.parameters["mapping"])


def _split_good_and_bad(
    checker: RowChecker, chunk: CheckedChunk, seen: set[str]
) -> tuple[list[CheckedRow], BadRows]:
    """Place the rows known by their point alone, and find the units named before: no good rows."""
    by_line = dict(chunk.lines)
    kept, bad = [], list(chunk.bad)
    counties = iter(counties_of_points([r.point for r in chunk.good if not r.region and r.point]))
    for row in chunk.good:
        try:
            if not row.region:
                checker.place_in_county(row, next(counties))
            if row.unit_code in seen:
                raise BadRow("", _("The file names this unit twice; the first row was taken."))
        except BadRow as error:
            bad.append((row.line, error, by_line[row.line]))
        else:
            seen.add(row.unit_code)
            kept.append(row)
    return kept, bad


def _commit_chunk(
    job: Job, checker: RowChecker, progress: dict[str, Any], chunk: list[Line], good: list[CheckedRow],
    bad: BadRows,
) -> None:  # fmt: skip
    """Write one chunk in one transaction, with history and with the job's progress."""
    for attempt in range(_TRIES):
        try:
            with transaction.atomic(), attribute_changes_to(job.owner):
                written = write_rows(
                    good, actor=job.owner, prefixes=checker.prefixes, columns=checker.plain
                )
                _note_progress(job, checker, progress, chunk, written, bad)
        except Raced:
            if attempt == _TRIES - 1:
                raise
        else:
            return


def _note_progress(
    job: Job, checker: RowChecker, progress: dict[str, Any], chunk: list[Line], written: WriteResult,
    bad: BadRows,
) -> None:  # fmt: skip
    by_line = dict(chunk)
    refused = bad + [(line, why, by_line[line]) for line, why in written.refused]
    figures: dict[str, Any] = {
        "read": progress["read"] + len(chunk),
        "created": progress["created"] + written.created,
        "updated": progress["updated"] + written.updated,
        "unchanged": progress["unchanged"] + written.unchanged,
        "bad": progress["bad"] + len(refused),
        "line": chunk[-1][0],
    }
    if refused:
        part = store_bad_rows(job.pk, sorted(refused, key=lambda item: item[0]), checker.width)
        figures["parts"] = [*progress["parts"], part]
    if written.notes:
        figures["notes"] = merge_notes(progress.get("notes"), written.notes)
    told = progress | figures
    note_progress(job.pk, done=told["read"], result=told)
    progress.update(told)
