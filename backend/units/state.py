"""The present state of a unit, folded from its lifecycle records.

Pure: typed records in force, in their order, give one ``State``. A state of the past is the fold of
the records up to its day, by this same code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.lib.clock import SHANGHAI
from backend.units import parameters as parameter_schema
from backend.units.allowed_inspections import gives_grade
from backend.units.holds import HoldSpan, fold_holds
from backend.units.inspection_due import (
    Due,
    InspectionResult,
    Rule,
    StopPeriod,
    due_dates,
    overdue_when_stopped,
    serving_kinds,
)
from backend.units.models import (
    Inspection,
    Record,
    Registration,
    RegistrationKind,
    Scrap,
    Stop,
    Transfer,
    Unit,
    UnitStatus,
)
from backend.units.models.records import FAILED
from backend.units.watch import fold_watches

ENDED = frozenset({UnitStatus.CANCELLED, UnitStatus.MOVED_OUT})
_HELD = frozenset({UnitStatus.UNREGISTERED, UnitStatus.IN_USE, UnitStatus.STOPPED})


@dataclass(slots=True)
class State:
    """What the unit's row shows, derived and never edited.

    ``clocks`` are those of a unit in use, whatever the status; ``dues`` those that run.
    ``serving`` names the kinds of inspection whose pass serves each clock.
    """

    status: str = UnitStatus.UNREGISTERED
    registered_on: dt.date | None = None
    certificate_no: str | None = None
    last_inspected_on: dt.date | None = None
    last_conclusion: str = ""
    safety_grade: int | None = None
    holds: list[HoldSpan] = field(default_factory=list)
    clocks: list[Due] = field(default_factory=list)
    serving: dict[str, frozenset[str]] = field(default_factory=dict)
    stops: list[StopPeriod] = field(default_factory=list)

    @property
    def dues(self) -> list[Due]:
        """The clocks that run: a stopped unit owes only what its late notice does not excuse."""
        if self.status == UnitStatus.IN_USE:
            return self.clocks
        if self.status == UnitStatus.STOPPED:
            return overdue_when_stopped(self.clocks, self.stops[-1])
        return []

    @property
    def held_from(self) -> dt.date | None:
        """The first day of the earliest hold that has no end."""
        return min((span.since for span in self.holds if span.until is None), default=None)

    def next_due_on(self, *, statutory: bool) -> dt.date | None:
        """The earliest due day of the statutory clocks, or of the user's own."""
        days = (due.due_on for due in self.dues if due.due_on and due.statutory == statutory)
        return min(days, default=None)


Fold = Callable[[Sequence[Record]], State]
"""Gives the state of one unit by its records in force, in order."""


def build_fold(rules: Iterable[Rule], unit: Unit) -> Fold:
    """The function that folds records of ``unit`` into its state by those of the interval ``rules`` that may concern it."""
    rules = list(rules)
    return lambda records: fold_records(
        category=unit.category_id,
        parameters=unit.parameters,
        first_used_on=unit.first_used_on,
        records=records,
        rules=rules,
    )


@dataclass(slots=True)
class _FoldProgress:
    """What has been gathered so far while records are folded."""

    state: State = field(default_factory=State)
    inspections: list[InspectionResult] = field(default_factory=list)
    grading: list[Inspection] = field(default_factory=list)


def fold_records(
    *,
    category: str,
    parameters: Mapping[str, Any],
    first_used_on: dt.date | None,
    records: Sequence[Record],
    rules: Iterable[Rule],
) -> State:
    """Fold typed ``records`` into the state that they give."""
    fold, rules = _FoldProgress(), list(rules)
    for record in records:
        _apply_record(fold, record, category)
    state = fold.state
    state.serving = serving_kinds(rules, category)
    known = parameter_schema.known_parameters(category, parameters)
    watched = list(fold_watches(category, known, fold.grading))
    if state.status in _HELD:
        state.holds = fold_holds(
            category=category,
            first_used_on=first_used_on,
            records=records,
            watched=watched,
            serving=state.serving,
        )
    last_watch = watched[-1][1] if watched else None
    state.clocks = due_dates(
        category=category,
        parameters={**known, "safety_grade": state.safety_grade},
        inspections=fold.inspections,
        stops=state.stops,
        fallback_base=first_used_on or state.registered_on,
        rules=rules,
        watch_until=last_watch.until if last_watch else None,
    )
    return state


def _apply_record(fold: _FoldProgress, record: Record, category: str) -> None:
    if isinstance(record, Inspection):
        _apply_inspection(fold, record, category)
    elif isinstance(record, Registration):
        _apply_registration(fold.state, record)
    elif isinstance(record, Stop):
        _apply_stop(fold.state, record)
    elif isinstance(record, Scrap):
        fold.state.status = record.kind
    elif isinstance(record, Transfer):
        _apply_transfer(fold.state, record)


def _apply_inspection(fold: _FoldProgress, record: Inspection, category: str) -> None:
    passed = record.conclusion not in FAILED
    fold.inspections.append(
        InspectionResult(record.happened_on, record.kind, passed, record.stated_next_on)
    )
    fold.state.last_inspected_on = record.happened_on
    fold.state.last_conclusion = record.conclusion
    if gives_grade(category, record.kind):
        fold.grading.append(record)
        fold.state.safety_grade = record.safety_grade or fold.state.safety_grade


def _apply_registration(state: State, record: Registration) -> None:
    """Apply a registration: only a first one, or one after a stop, puts a unit in use."""
    state.registered_on = state.registered_on or record.happened_on
    state.certificate_no = record.certificate_no
    if state.status == UnitStatus.UNREGISTERED:
        state.status = UnitStatus.IN_USE
    elif state.status == UnitStatus.STOPPED and record.kind == RegistrationKind.RESTART:
        _apply_restart(state, record.happened_on)


def _apply_stop(state: State, record: Stop) -> None:
    if record.restart:
        _apply_restart(state, record.happened_on)
        return
    state.status = UnitStatus.STOPPED
    noticed_on = record.notified_on or record.stands_at.astimezone(SHANGHAI).date()
    state.stops.append(StopPeriod(record.happened_on, None, noticed_on))


def _apply_restart(state: State, on: dt.date) -> None:
    state.status = UnitStatus.IN_USE
    if state.stops:
        last = state.stops[-1]
        state.stops[-1] = StopPeriod(last.since, on, last.noticed_on)


def _apply_transfer(state: State, record: Transfer) -> None:
    """Apply a transfer: a unit that moved out is registered anew where it has gone (domain reference 3.2)."""
    if record.kind == Transfer.Kind.RELOCATION and state.status == UnitStatus.MOVED_OUT:
        state.status, state.registered_on = UnitStatus.UNREGISTERED, None
