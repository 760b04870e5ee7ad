"""What each unit was on certain days of the past, folded anew from its records.

The present columns of a unit are overwritten as it lives; its records never are. So a past state
is the fold of the records that had happened by then, with what is known of them today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from backend.units.derived_state import interval_rules_for
from backend.units.models import IntervalRule, Unit
from backend.units.past import Life
from backend.units.state import State
from backend.units.timeline import records_of_units

_AT_ONCE = 500
_READ = ("category", "parameters", "first_used_on", "region", "created_at")
_Rules = Callable[[str], Sequence[IntervalRule]]


@dataclass(frozen=True, slots=True)
class PastState:
    """A unit from ``since`` until before ``until``, days of those asked for."""

    unit: int
    since: dt.date
    until: dt.date
    region: str
    state: State


def past_states_of_range(
    first: int, last: int, days: Sequence[dt.date], end: dt.date
) -> Iterator[PastState]:
    """The states of the units ``first`` to ``last`` on ``days`` (rising), the last until ``end``."""
    rules = cache(interval_rules_for)
    for begin in range(first, last + 1, _AT_ONCE):
        for life in _load_lives(range(begin, min(begin + _AT_ONCE, last + 1))):
            yield from _past_states_of_life(life, rules, days, end)


def past_states_of_units(units: Sequence[int], day: dt.date) -> Iterator[PastState]:
    """The states of these units on ``day``."""
    rules = cache(interval_rules_for)
    for begin in range(0, len(units), _AT_ONCE):
        for life in _load_lives(units[begin : begin + _AT_ONCE]):
            yield from _past_states_of_life(life, rules, [day], day + dt.timedelta(days=1))


def _load_lives(ids: Sequence[int]) -> Iterator[Life]:
    """The units of these ids, each with all its records."""
    told = dict(records_of_units(ids))
    for unit in Unit.objects.filter(pk__in=ids).only(*_READ).order_by("pk"):
        yield Life.from_records(unit, told.get(unit.pk, []))


def _past_states_of_life(
    life: Life, rules: _Rules, days: Sequence[dt.date], end: dt.date
) -> Iterator[PastState]:
    lasting: PastState | None = None
    begins_on, seen = life.begins_on, -1
    for day in days:
        if day < begins_on or (count := life.happened_by(day)) == seen:
            continue
        if lasting is not None:
            yield replace(lasting, until=day)
        seen = count
        state = life.state_on(day, rules(life.unit.category_id))
        lasting = PastState(life.unit.pk, day, end, life.region_on(day), state)
    if lasting is not None:
        yield lasting
