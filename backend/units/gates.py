"""What the law demands before a record may be filed. One function for each stage.

Those of inspections and of restarts are long enough for modules of their own.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from backend.units import inspection_checks, restart_checks
from backend.units.day_checks import list_contradictions
from backend.units.field_knowledge import FieldKnowledge
from backend.units.law import read_law
from backend.units.models import (
    HoldRule,
    Inspection,
    InspectionKind,
    Record,
    Registration,
    RegistrationKind,
    Repair,
    Scrap,
    Stage,
    Stop,
    Transfer,
    Unit,
    UnitStatus,
)
from backend.units.models.records import FAILED
from backend.units.state import ENDED, Fold, State
from geo.models import Region

_CANNOT_MOVE = frozenset({UnitStatus.SCRAPPED, UnitStatus.DISMANTLED})
# Whoever takes over or registers a unit takes none that must not be used for its own sake.
_UNFIT_TO_MOVE = frozenset({HoldRule.FAILED, HoldRule.GRADE_5})


def check_gates(
    *,
    unit: Unit,
    record: Record,
    fold: Fold,
    history: Sequence[Record],
    others: Sequence[Record],
    today: dt.date,
    field_knowledge: FieldKnowledge | None = None,
) -> None:
    """Refuse the record if the law or the unit's state forbids it.

    ``history`` are the records in force before the record, which ``fold`` makes the unit's state,
    ``others`` all in force beside it, later ones too. What somebody ``field_knowledge`` could not know, or
    was there to see, is no reason to refuse: its code is put there.
    Raises Refused with 422 for a wrong value, 409 when the unit's state forbids the step.
    """
    if record.happened_on > today:
        raise Refused("in-the-future", _("The day lies in the future."), field="happened_on")
    for code, text, field in list_contradictions(record, others, today):
        _refuse_or_note(Refused(code, text, field=field), field_knowledge)
    state = fold(history)
    for refused in _list_unforeseen_refusals(unit, record, state, history):
        _refuse_or_note(refused, field_knowledge)
    if isinstance(record, Inspection):
        inspection_checks.check_inspection(unit, record, fold, history)
    gate = _GATES.get(record.stage)
    if gate is not None:
        gate(unit, record, state, history)


def _refuse_or_note(refused: Refused, field_knowledge: FieldKnowledge | None) -> None:
    """Raise the refusal; where ``field_knowledge`` overlooks it, note it there instead."""
    if field_knowledge is None or not field_knowledge.overlooks(refused.code):
        raise refused
    field_knowledge.note_overlooked(refused.code)


def _list_unforeseen_refusals(
    unit: Unit, record: Record, state: State, history: Sequence[Record]
) -> Iterator[Refused]:
    """Yield the refusals that others' filings may have caused. The work has been done all the same: it is a fact.

    An inspection after the end of a unit leaves it ended, for the state is folded from all.
    """
    if state.status in ENDED and not _may_follow_the_end(record, state):
        text = _("The unit's registration is cancelled; nothing more can be filed for it.")
        yield Refused("unit-ended", text, status=409)
    if isinstance(record, Inspection):
        yield from inspection_checks.list_unforeseen_refusals(unit, record, state, history)


def _may_follow_the_end(record: Record, state: State) -> bool:
    """An accident is a fact at any time, what is none is taken back at any time, and a unit that
    moved out comes in at another place.
    """
    if record.stage in (Stage.ACCIDENT, Stage.WITHDRAWAL):
        return True
    moves_in = isinstance(record, Transfer) and record.kind == Transfer.Kind.RELOCATION
    return moves_in and state.status == UnitStatus.MOVED_OUT


@functools.cache
def _basis_rows() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = read_law("registration_basis")["basis"]
    return sorted(entries, key=lambda entry: len(entry["category_prefix"]), reverse=True)


def registration_basis_kinds(category: str) -> frozenset[str]:
    """The inspection kinds of which one must have passed before first registration."""
    fitting = (b for b in _basis_rows() if category.startswith(b["category_prefix"]))
    return frozenset(next(fitting)["kinds"])


def _check_registration(
    unit: Unit, record: Record, state: State, history: Sequence[Record]
) -> None:
    assert isinstance(record, Registration)
    if not unit.category.registered_for_use:
        raise Refused(
            "never-registered", _("Components and accessories are not registered for use.")
        )
    if record.kind == RegistrationKind.FIRST:
        _check_first_registration(unit, record, state, history)
    elif state.registered_on is None and not _is_moving_in(record, state, history):
        raise Refused(
            "not-registered", _("File the first registration before a change."), status=409
        )
    elif state.registered_on is None:
        _check_basis(unit, record, history)
    if state.status in _CANNOT_MOVE:
        raise Refused(
            "scrapped", _("A scrapped unit is registered no more; cancel it."), status=409
        )
    if record.kind == RegistrationKind.RESTART and state.status == UnitStatus.STOPPED:
        restart_checks.check_restart(unit, record, state, history)
    if _has_hold_against_moving(state, record.happened_on):
        raise Refused(
            "use-blocked", _("The last inspection failed; it must pass first."), status=409
        )


def _has_hold_against_moving(state: State, day: dt.date) -> bool:
    """Whether a hold lasts that is the unit's own and ends by no paper."""
    return any(span.covers_day(day) and span.rule in _UNFIT_TO_MOVE for span in state.holds)


def _is_moving_in(record: Registration, state: State, history: Sequence[Record]) -> bool:
    """Whether a unit that moved out is registered anew where it has gone."""
    left = any(isinstance(r, Scrap) and r.kind == Scrap.Kind.MOVED_OUT for r in history)
    return (
        left
        and state.status == UnitStatus.UNREGISTERED
        and record.kind in (RegistrationKind.RELOCATION, RegistrationKind.ADDRESS)
    )


def _check_first_registration(
    unit: Unit, record: Registration, state: State, history: Sequence[Record]
) -> None:
    if state.registered_on is not None:
        raise Refused("registered-already", _("The unit is registered already."), status=409)
    _check_basis(unit, record, history)


def _check_basis(unit: Unit, record: Registration, history: Sequence[Record]) -> None:
    """Refuse a first registration without the inspection that it relies on."""
    wanted = registration_basis_kinds(unit.category_id)
    passed = (
        item
        for item in history
        if isinstance(item, Inspection) and item.kind in wanted and item.conclusion not in FAILED
    )
    if next(passed, None) is None and not record.legacy_basis:
        raise Refused(
            "no-passed-inspection",
            _("Registration needs a passed inspection of this kind first: %(kinds)s.")
            % {"kinds": ", ".join(str(kind.label) for kind in InspectionKind if kind in wanted)},
            status=409,
            needs=sorted(wanted),
        )


def _check_work(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    """Refuse repairs of a scrapped unit. Work dated before its notice passes: a violation, yet a fact, and shown as such.

    Law art. 23: the notice itself needs no approval, so nothing waits for one.
    """
    if isinstance(record, Repair) and state.status == UnitStatus.SCRAPPED:
        raise Refused("scrapped", _("A scrapped unit is not repaired."), status=409)


def _check_transfer(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    assert isinstance(record, Transfer)
    if record.kind == Transfer.Kind.MAINTAINER:
        return
    if state.status in _CANNOT_MOVE or _has_hold_against_moving(state, record.happened_on):
        raise Refused(
            "cannot-transfer",
            _("A scrapped or failed unit cannot be moved or transferred."),
            status=409,
        )
    if record.to_region is not None:
        check_place(record.to_region, field="to_region")


def check_place(region: Region, field: str) -> None:
    """Refuse (422) a place that is no county of today (domain 8.3); figures of other codes roll up from it.

    Raises Refused (422).
    """
    if region.level != Region.Level.COUNTY or region.valid_to is not None:
        raise Refused("not-a-county", _("Choose a county that exists today."), field=field)


def _check_stop(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    assert isinstance(record, Stop)
    if not record.restart:
        if state.status != UnitStatus.IN_USE:
            raise Refused("not-in-use", _("Only a unit in use can be stopped."), status=409)
        return
    if state.status != UnitStatus.STOPPED:
        raise Refused("not-stopped", _("The unit is not stopped."), status=409)
    restart_checks.check_restart(unit, record, state, history)


def _check_withdrawal(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    if record.supersedes is None:
        raise Refused("withdraws-nothing", _("Name the record to withdraw."), field="supersedes")


_GATES: dict[str, Callable[[Unit, Record, State, Sequence[Record]], None]] = {
    Stage.REGISTRATION: _check_registration,
    Stage.REPAIR: _check_work,
    Stage.TRANSFER: _check_transfer,
    Stage.STOP: _check_stop,
    Stage.WITHDRAWAL: _check_withdrawal,
}
