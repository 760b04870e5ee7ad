"""The present state of a unit, folded from its lifecycle records.

Pure: records in order of (happened_on, id), superseded ones left out, give one ``State``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.lib.months import months_between
from backend.units.due import Due, Passed, Rule, StopPeriod, due_dates, starts_clocks
from backend.units.models import (
    Inspection,
    Record,
    Registration,
    RegistrationKind,
    Scrap,
    Stop,
    UnitStatus,
)
from backend.units.models.records import FAILED

# Grade 4 may be used under watch for 36 months in all, over however many reports (TSG 21-2016).
MONITORED_MONTHS_IN_TOTAL = 36
ENDED = frozenset({UnitStatus.CANCELLED, UnitStatus.MOVED_OUT})


@dataclass(slots=True)
class State:
    """What the unit's row shows, derived and never edited."""

    status: str = UnitStatus.UNREGISTERED
    registered_on: dt.date | None = None
    certificate_no: str | None = None
    last_inspected_on: dt.date | None = None
    last_conclusion: str = ""
    safety_grade: int | None = None
    block_reason: str = ""
    dues: list[Due] = field(default_factory=list)

    @property
    def use_blocked(self) -> bool:
        """Whether the unit must not be used although it is registered."""
        return bool(self.block_reason)

    @property
    def next_due_on(self) -> dt.date | None:
        """The earliest due day of all clocks."""
        return min((due.due_on for due in self.dues if due.due_on), default=None)


@dataclass(slots=True)
class _Fold:
    """What is gathered on the way."""

    state: State = field(default_factory=State)
    inspections: list[Passed] = field(default_factory=list)
    stops: list[StopPeriod] = field(default_factory=list)
    failed_kinds: dict[str, bool] = field(default_factory=dict)
    monitored: int = 0


def present_state(
    *,
    category: str,
    parameters: Mapping[str, Any],
    first_used_on: dt.date | None,
    records: Sequence[Record],
    rules: Iterable[Rule],
) -> State:
    """Fold typed ``records`` into the present state."""
    fold = _Fold()
    for record in records:
        if isinstance(record, Inspection):
            _inspect(fold, record, category)
        elif isinstance(record, Registration):
            _register(fold, record)
        elif isinstance(record, Stop):
            _stop(fold, record)
        elif isinstance(record, Scrap):
            fold.state.status = record.kind
    state = fold.state
    state.block_reason = _block_reason(fold)
    if state.status == UnitStatus.IN_USE:
        state.dues = due_dates(
            category=category,
            parameters={**parameters, "safety_grade": state.safety_grade},
            inspections=fold.inspections,
            stops=fold.stops,
            fallback_base=first_used_on or state.registered_on,
            rules=rules,
        )
    return state


def _inspect(fold: _Fold, record: Inspection, category: str) -> None:
    passed = record.conclusion not in FAILED
    fold.inspections.append(Passed(record.happened_on, record.kind, passed, record.stated_next_on))
    if passed and starts_clocks(category, record.kind):
        fold.failed_kinds.clear()  # what failed before was modified or installed anew
    fold.failed_kinds[record.kind] = not passed
    fold.state.last_inspected_on = record.happened_on
    fold.state.last_conclusion = record.conclusion
    if record.safety_grade is not None:
        fold.state.safety_grade = record.safety_grade
        if record.safety_grade == 4:
            fold.monitored += _monitored_months(record)
        elif record.safety_grade < 4:
            fold.monitored = 0


def _monitored_months(record: Inspection) -> int:
    """How long a report lets a unit of grade 4 be used: as stated, or the most there is."""
    if record.monitored_months is not None:
        return record.monitored_months
    if record.stated_next_on is not None:
        return months_between(record.happened_on, record.stated_next_on)
    return MONITORED_MONTHS_IN_TOTAL


def _register(fold: _Fold, record: Registration) -> None:
    """Only a first registration, or one after a stop, puts a unit in use."""
    state = fold.state
    state.registered_on = state.registered_on or record.happened_on
    state.certificate_no = record.certificate_no
    if state.status == UnitStatus.UNREGISTERED:
        state.status = UnitStatus.IN_USE
    elif state.status == UnitStatus.STOPPED and record.kind == RegistrationKind.RESTART:
        _restart(fold, record.happened_on)


def _stop(fold: _Fold, record: Stop) -> None:
    if record.restart:
        _restart(fold, record.happened_on)
        return
    fold.state.status = UnitStatus.STOPPED
    fold.stops.append(StopPeriod(record.happened_on, None))


def _restart(fold: _Fold, on: dt.date) -> None:
    fold.state.status = UnitStatus.IN_USE
    if fold.stops:
        fold.stops[-1] = StopPeriod(fold.stops[-1].since, on)


def _block_reason(fold: _Fold) -> str:
    if any(fold.failed_kinds.values()):
        return "failed"
    if fold.state.safety_grade == 5:
        return "grade-5"
    if fold.state.safety_grade == 4 and fold.monitored > MONITORED_MONTHS_IN_TOTAL:
        return "grade-4-used-up"
    return ""
