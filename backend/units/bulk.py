"""Writing the lives of many units at once: records, clocks and holds by COPY.

Who calls has locked the units, asked the gates and folded the states; nothing here judges. The
columns of the units themselves are the caller's to write, with what else it changes of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models

from backend.lib.bulk_copy import copy_rows
from backend.units.models import Clock, Hold, Record
from backend.units.state import State


def assign_keys(records: Sequence[Record]) -> None:
    """Give records to come their keys, in order: what is folded of them can name them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Record._meta.db_table, len(records)],
        )
        for record, (key,) in zip(records, cursor.fetchall(), strict=True):
            record.id = record.pk = key


def copy_records(records: Sequence[Record]) -> None:
    """Write typed records that bear their keys, each with all that it says."""
    if not records:
        return
    shared = [field.attname for field in Record._meta.local_concrete_fields]
    _copy_rows(Record, shared, (tuple(getattr(r, name) for name in shared) for r in records))
    by_type: dict[type[Record], list[Record]] = defaultdict(list)
    for record in records:
        by_type[type(record)].append(record)
    for model, rows in by_type.items():
        own = [field.attname for field in model._meta.local_concrete_fields]
        _copy_rows(model, own, [tuple(getattr(row, name) for name in own) for row in rows])


def write_clocks_and_holds(states: Mapping[int, State], known: Collection[int]) -> None:
    """Write clocks and holds by unit; ``known`` are the units that may have some already."""
    for model in (Clock, Hold):
        if known:
            model._default_manager.filter(unit__in=known).delete()
    clocks = (
        (unit, due.clock, due.last_on, due.due_on, due.opens_on, due.rule_code)
        for unit, state in states.items()
        for due in state.dues
    )
    _copy_rows(Clock, ("unit_id", "kind", "last_on", "due_on", "opens_on", "rule_id"), clocks)
    holds = (
        (unit, span.rule, span.about, span.record, span.since, span.until)
        for unit, state in states.items()
        for span in state.holds
    )
    _copy_rows(Hold, ("unit_id", "rule", "about", "record_id", "since", "until"), holds)


def _copy_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    column = {field.attname: str(field.column) for field in model._meta.local_concrete_fields}
    copy_rows(model._meta.db_table, [column[name] for name in names], rows)
