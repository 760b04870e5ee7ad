"""Reading lifecycle records: typed, in their order, and which of them are in force."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models.functions import Coalesce

from backend.units.models import Record, Stage, Unit

TYPED = tuple(Stage.values)
IN_ORDER: tuple[Any, ...] = ("happened_on", "stands_at", Coalesce("root_id", "id"))
"""How the database orders records as ``place_of`` does."""

Place = tuple[dt.date, dt.datetime, int]


def place_of(record: Record) -> Place:
    """Where a record stands in its unit's life; a correction stands where the corrected one stood.

    By the day, then by the moment or by the order of filing. One not yet filed comes last of those
    that stand at the same moment.
    """
    return record.happened_on, record.stands_at, record.root_id or record.pk or sys.maxsize


def typed(record: Record) -> Record:
    """The record as its own stage's class, when read by ``records_of``."""
    child: Record = getattr(record, record.stage)
    return child


def records_of(unit: Unit) -> list[Record]:
    """Every record of the unit as its typed class, in order, superseded ones included."""
    rows = Record.objects.filter(unit=unit).select_related(*TYPED).order_by(*IN_ORDER)
    return [typed(row) for row in rows]


def in_force(records: Sequence[Record], known_by: dt.datetime | None = None) -> list[Record]:
    """The facts among ``records``: neither superseded by a correction nor withdrawn.

    With ``known_by`` as they were known at that moment, whatever was filed later.
    """
    known = [r for r in records if known_by is None or r.filed_at <= known_by]
    superseded = {record.supersedes_id for record in known}
    return [r for r in known if r.pk not in superseded and r.stage != Stage.WITHDRAWAL]


def before(records: Iterable[Record], record: Record) -> list[Record]:
    """Those of ``records`` that stand before ``record``."""
    place = place_of(record)
    return [item for item in records if place_of(item) < place]
