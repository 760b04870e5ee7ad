"""What each unit was on certain days of the past, folded anew from its records.

The present columns of a unit are overwritten as it lives; its records never are. So a past state
is ``present_state`` of the records that had happened by then, with today's corrections.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from backend.units.models import (
    Inspection,
    IntervalRule,
    Record,
    Registration,
    Scrap,
    Stage,
    Stop,
    Transfer,
)
from backend.units.state import State, present_state

_UNITS = """
    SELECT id, category_id, parameters, first_used_on, region_id,
           (created_at AT TIME ZONE 'Asia/Shanghai')::date
      FROM units_unit WHERE id BETWEEN %s AND %s ORDER BY id"""
_RECORDS = """
    SELECT r.unit_id, r.stage, r.happened_on, r.region_id,
           coalesce(i.kind, s.kind, t.kind), i.conclusion, i.safety_grade, i.monitored_months,
           i.stated_next_on, p.restart, t.to_region_id
      FROM units_record r
      LEFT JOIN units_inspection i ON r.stage = 'inspection' AND i.record_ptr_id = r.id
      LEFT JOIN units_scrap s ON r.stage = 'scrap' AND s.record_ptr_id = r.id
      LEFT JOIN units_stop p ON r.stage = 'stop' AND p.record_ptr_id = r.id
      LEFT JOIN units_transfer t ON r.stage = 'transfer' AND t.record_ptr_id = r.id
     WHERE r.unit_id BETWEEN %s AND %s AND r.stage = ANY(%s)
       AND NOT EXISTS (SELECT FROM units_record later WHERE later.supersedes_id = r.id)
     ORDER BY r.unit_id, r.happened_on, r.id"""
_STAGES = [
    Stage.INSTALLATION,
    Stage.REGISTRATION,
    Stage.INSPECTION,
    Stage.STOP,
    Stage.SCRAP,
    Stage.TRANSFER,
]


@dataclass(frozen=True, slots=True)
class Past:
    """A unit from ``since`` until before ``until``, days of those asked for."""

    unit: int
    since: dt.date
    until: dt.date
    region: str
    state: State


def pasts(first: int, last: int, days: Sequence[dt.date], end: dt.date) -> Iterator[Past]:
    """The states of the units ``first`` to ``last`` on ``days`` (rising), the last until ``end``."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [first, last, _STAGES])
        grouped = itertools.groupby(cursor.fetchall(), key=lambda row: row[0])
        records = {unit: [_typed(row) for row in rows] for unit, rows in grouped}
        cursor.execute(_UNITS, [first, last])
        units = cursor.fetchall()
    for unit in units:
        yield from _of_unit(unit, records.get(unit[0], []), days, end)


def _of_unit(
    unit: tuple[Any, ...], records: list[Record], days: Sequence[dt.date], end: dt.date
) -> Iterator[Past]:
    key, category, parameters, first_used_on, region, created_on = unit
    known = records[0].happened_on if records else created_on
    lasting: Past | None = None
    seen = -1
    for day in days:
        count = sum(record.happened_on <= day for record in records)
        if day < known or count == seen:
            continue
        if lasting is not None:
            yield Past(key, lasting.since, day, lasting.region, lasting.state)
        seen = count
        state = present_state(
            category=category,
            parameters=json.loads(parameters),
            first_used_on=first_used_on,
            records=records[:count],
            rules=_rules(category),
        )
        lasting = Past(key, day, end, _region_on(records, count, region), state)
    if lasting is not None:
        yield lasting


def _region_on(records: list[Record], count: int, present: str) -> str:
    """Where the unit was after ``count`` of its records; a record names the region of its time."""
    for record in reversed(records[:count]):
        if isinstance(record, Transfer) and record.to_region_id:
            return record.to_region_id
    following = records[count:] or records[-1:]
    return following[0].region_id if following else present


@cache
def _rules(category: str) -> list[IntervalRule]:
    rules = IntervalRule.objects.all()
    return [rule for rule in rules if category.startswith(rule.category_prefix)]


def _typed(row: tuple[Any, ...]) -> Record:
    """The part of a record that a state is folded from."""
    _unit, stage, on, region, kind, conclusion, grade, monitored, stated, restart, to_region = row
    base: dict[str, Any] = {"stage": stage, "happened_on": on, "region_id": region}
    if stage == Stage.INSPECTION:
        return Inspection(
            **base, kind=kind, conclusion=conclusion, safety_grade=grade,
            monitored_months=monitored, stated_next_on=stated,
        )  # fmt: skip
    if stage == Stage.STOP:
        return Stop(**base, restart=restart)
    if stage == Stage.SCRAP:
        return Scrap(**base, kind=kind)
    if stage == Stage.TRANSFER:
        return Transfer(**base, kind=kind, to_region_id=to_region)
    return Registration(**base) if stage == Stage.REGISTRATION else Record(**base)
