"""Reading lifecycle records: typed, in their order, and which of them are in force."""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models.functions import Coalesce

from backend.lib.clock import SHANGHAI
from backend.units.models import Record, Stage, Unit
from backend.units.models.records import STAGE_OF

TYPED = tuple(Stage.values)
IN_ORDER: tuple[Any, ...] = ("happened_on", "stands_at", Coalesce("root_id", "id"))
"""How the database orders records as ``place_in_life`` does."""
LATEST_FIRST: tuple[Any, ...] = ("-happened_on", "-stands_at", IN_ORDER[2].desc())

LATEST_FIRST_SQL = "r.happened_on DESC, r.stands_at DESC, coalesce(r.root_id, r.id) DESC"
"""The same as SQL over a record ``r``."""
NOT_SUPERSEDED_SQL = "NOT EXISTS (SELECT FROM units_record s WHERE s.supersedes_id = r.id)"
"""As SQL over a record ``r``: nothing was filed in its place, nor was it withdrawn."""

PlaceInLife = tuple[dt.date, dt.datetime, int]


def place_in_life(record: Record) -> PlaceInLife:
    """Where a record stands in its unit's life; a correction stands where the corrected one stood.

    By the day, then by the moment or by the order of filing. One not yet filed comes last of those
    that stand at the same moment.
    """
    return record.happened_on, record.stands_at, record.root_id or record.pk or sys.maxsize


def assign_place(record: Record, supersedes: Record | None, moment: dt.datetime | None) -> None:
    """Give a new record its place in its day; a correction takes the place of what it corrects.

    One that names another day stands there by its moment, else by when the first of its chain was
    filed.
    """
    first = (supersedes.root or supersedes) if supersedes else record
    record.root = first if supersedes else None
    if supersedes and supersedes.happened_on == record.happened_on:
        record.stands_at = supersedes.stands_at
    elif moment is not None and moment.astimezone(SHANGHAI).date() == record.happened_on:
        record.stands_at = moment
    else:
        record.stands_at = first.filed_at


def as_typed_record(record: Record) -> Record:
    """The record as its own stage's class, when read by ``records_of``."""
    child: Record = getattr(record, record.stage)
    return child


def records_of(unit: Unit) -> list[Record]:
    """Every record of the unit as its typed class, in order, superseded ones included."""
    return next((records for _unit, records in records_of_units([unit.pk])), [])


def records_of_units(units: Sequence[int]) -> Iterator[tuple[int, list[Record]]]:
    """The records of many units, by their ids, as ``records_of`` gives them; all are read at once.

    Whoever folds records reads them here, be it those of one unit today or of a register then.
    Units without records are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [list(units)])
        rows = cursor.fetchall()
    for unit, told in itertools.groupby(
        map(_build_record, rows), key=lambda record: record.unit_id
    ):
        yield unit, list(told)


_SHARED = [field.attname for field in Record._meta.concrete_fields]
_OWN = {
    str(stage): (model, [field.attname for field in model._meta.local_concrete_fields])
    for model, stage in STAGE_OF.items()
}
_COLUMNS = [
    *(f"r.{name}" for name in _SHARED),
    *(f"{stage}.{name}" for stage, (_model, own) in _OWN.items() for name in own),
]
# Written once: the ORM would spend longer on these columns, each time, than the database does.
_SELECT = f"""
    SELECT {", ".join(_COLUMNS)} FROM units_record r
    {
    " ".join(
        f"LEFT JOIN {model._meta.db_table} {stage}"
        f" ON r.stage = '{stage}' AND {stage}.record_ptr_id = r.id"
        for stage, (model, _own) in _OWN.items()
    )
}
     WHERE r.unit_id = ANY(%s::bigint[])
     ORDER BY r.unit_id, r.happened_on, r.stands_at, coalesce(r.root_id, r.id)"""
_PARTS = {
    stage: (model, [*_SHARED, *own], _COLUMNS.index(f"{stage}.{own[0]}"), len(own))
    for stage, (model, own) in _OWN.items()
}
_STAGE = _SHARED.index("stage")


def _build_record(row: tuple[Any, ...]) -> Record:
    """Build the typed record from a row over all stages: the shared columns, and those of its own stage.

    A register's past is millions of these, and one that is made of two objects costs twice.
    """
    model, names, begin, count = _PARTS[row[_STAGE]]
    values = [*row[: len(_SHARED)], *row[begin : begin + count]]
    return model.from_db(connection.alias, names, values)


def records_in_force(
    records: Sequence[Record], known_by: dt.datetime | None = None
) -> list[Record]:
    """The facts among ``records``: neither superseded by a correction nor withdrawn.

    With ``known_by`` as they were known at that moment, whatever was filed later.
    """
    known = [r for r in records if known_by is None or r.filed_at <= known_by]
    superseded = {record.supersedes_id for record in known}
    return [r for r in known if r.pk not in superseded and r.stage != Stage.WITHDRAWAL]


def records_before(records: Iterable[Record], record: Record) -> list[Record]:
    """Those of ``records`` that stand before ``record``."""
    place = place_in_life(record)
    return [item for item in records if place_in_life(item) < place]
