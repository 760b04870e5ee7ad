"""Reading lifecycle records: typed, in order, without what was superseded."""

from __future__ import annotations

from collections.abc import Sequence

from backend.units.models import Record, Stage, Unit

TYPED = tuple(Stage.values)


def typed(record: Record) -> Record:
    """The record as its own stage's class, when read by ``records_of``."""
    child: Record = getattr(record, record.stage)
    return child


def records_of(unit: Unit) -> list[Record]:
    """Every record of the unit as its typed class, oldest first, superseded ones included."""
    rows = Record.objects.filter(unit=unit).select_related(*TYPED).order_by("happened_on", "pk")
    return [typed(row) for row in rows]


def in_force(records: Sequence[Record]) -> list[Record]:
    """The records that no later one supersedes."""
    superseded = {record.supersedes_id for record in records}
    return [record for record in records if record.pk not in superseded]
