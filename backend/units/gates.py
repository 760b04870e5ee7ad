"""What the law demands before a record may be filed. One function for each stage."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from backend.lib.identifiers import certificate
from backend.lib.problems import Refused
from backend.units.afield import Afield
from backend.units.models import (
    Inspection,
    Record,
    Registration,
    RegistrationKind,
    Repair,
    Stage,
    Stop,
    Transfer,
    Unit,
    UnitStatus,
)
from backend.units.models.records import FAILED
from backend.units.state import ENDED, State
from geo.models import Region

_BASIS_FILE = Path(__file__).parent / "data" / "registration_basis.toml"
_CANNOT_MOVE = frozenset({UnitStatus.SCRAPPED, UnitStatus.DISMANTLED})


def check(
    *,
    unit: Unit,
    record: Record,
    state: State,
    history: Sequence[Record],
    today: dt.date,
    afield: Afield | None = None,
) -> None:
    """Refuse the record if the law or the unit's state forbids it.

    ``state`` and ``history`` (records in force) are those before the record. What somebody
    ``afield`` could not know is no reason to refuse: its code is put there.
    Raises Refused with 422 for a wrong value, 409 when the unit's state forbids the step.
    """
    if record.happened_on > today:
        raise Refused("in-the-future", _("The day lies in the future."), field="happened_on")
    for refused in _unforeseen(record, state):
        if afield is None:
            raise refused
        afield.note(refused.code)
    gate = _GATES.get(record.stage)
    if gate is not None:
        gate(unit, record, state, history)


def _unforeseen(record: Record, state: State) -> Iterator[Refused]:
    """What others may have filed meanwhile. The work has been done all the same: it is a fact.

    An inspection after the end of a unit leaves it ended, for the state is folded from all.
    """
    if state.status in ENDED and record.stage != Stage.ACCIDENT:
        text = _("The unit's registration is cancelled; nothing more can be filed for it.")
        yield Refused("unit-ended", text, status=409)
    if not isinstance(record, Inspection):
        return
    for due in state.dues:
        if due.clock == record.kind and due.opens_on and record.happened_on < due.opens_on:
            text = _("Too early for this clock: it opens on %(day)s.") % {"day": due.opens_on}
            opens = due.opens_on.isoformat()
            yield Refused("too-early", text, field="happened_on", opens_on=opens)


def certificate_warnings(unit: Unit, certificate_no: str) -> list[str]:
    """What looks wrong with a certificate number without being a reason to refuse it.

    The two digits stand for characters 2–3 of the variety code (domain 2.3).
    """
    try:
        parsed = certificate.parse(certificate_no)
    except certificate.InvalidCertificateNumber as bad:
        return [str(bad)]
    disagreement = parsed.disagreement(unit.category_id)
    return [disagreement] if disagreement else []


@functools.cache
def _bases() -> list[dict[str, Any]]:
    with _BASIS_FILE.open("rb") as file:
        entries: list[dict[str, Any]] = tomllib.load(file)["basis"]
    return sorted(entries, key=lambda entry: len(entry["category_prefix"]), reverse=True)


def registration_basis(category: str) -> frozenset[str]:
    """The inspection kinds of which one must have passed before first registration."""
    fitting = (b for b in _bases() if category.startswith(b["category_prefix"]))
    return frozenset(next(fitting)["kinds"])


def _registration(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    assert isinstance(record, Registration)
    if not unit.category.registered_for_use:
        raise Refused(
            "never-registered", _("Components and accessories are not registered for use.")
        )
    if record.kind == RegistrationKind.FIRST:
        _first_registration(unit, history)
    elif state.registered_on is None:
        raise Refused(
            "not-registered", _("File the first registration before a change."), status=409
        )
    if state.status in _CANNOT_MOVE:
        raise Refused(
            "scrapped", _("A scrapped unit is registered no more; cancel it."), status=409
        )
    if record.kind == RegistrationKind.RESTART and state.status == UnitStatus.STOPPED:
        _inspected_since_stop(state, history)
    if state.use_blocked:
        raise Refused(
            "use-blocked", _("The last inspection failed; it must pass first."), status=409
        )


def _first_registration(unit: Unit, history: Sequence[Record]) -> None:
    registered = (item for item in history if isinstance(item, Registration))
    if any(item.kind == RegistrationKind.FIRST for item in registered):
        raise Refused("registered-already", _("The unit is registered already."), status=409)
    wanted = registration_basis(unit.category_id)
    passed = (
        item
        for item in history
        if isinstance(item, Inspection) and item.kind in wanted and item.conclusion not in FAILED
    )
    if next(passed, None) is None:
        raise Refused(
            "no-passed-inspection",
            _("Registration needs a passed inspection of this kind first: %(kinds)s.")
            % {"kinds": ", ".join(sorted(wanted))},
            status=409,
            needs=sorted(wanted),
        )


def _inspection(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    assert isinstance(record, Inspection)
    failed = record.conclusion in FAILED
    if failed and record.stated_next_on is not None:
        raise Refused(
            "failed-has-no-next-date",
            _("A failed inspection states no next date. Leave it empty."),
            field="stated_next_on",
        )
    if not failed and record.opinion_notice_no and record.opinion_answered_on is None:
        raise Refused(
            "open-opinion-notice",
            _("A pass cannot be filed while the opinion notice is unanswered."),
            field="opinion_answered_on",
        )


def _work(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    """Work dated before its notice is a violation, yet a fact: it is filed and seen as such.

    Law art. 23: the notice itself needs no approval, so nothing waits for one.
    """
    if isinstance(record, Repair) and state.status == UnitStatus.SCRAPPED:
        raise Refused("scrapped", _("A scrapped unit is not repaired."), status=409)


def _transfer(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    assert isinstance(record, Transfer)
    if record.kind == Transfer.Kind.MAINTAINER:
        return
    if state.status in _CANNOT_MOVE or state.use_blocked:
        raise Refused(
            "cannot-transfer",
            _("A scrapped or failed unit cannot be moved or transferred."),
            status=409,
        )
    if record.to_region is not None:
        check_place(record.to_region, field="to_region")


def check_place(region: Region, field: str) -> None:
    """A unit stands in a county of today; figures of other codes roll up from it (domain 8.3).

    Raises Refused (422).
    """
    if region.level != Region.Level.COUNTY or region.valid_to is not None:
        raise Refused("not-a-county", _("Choose a county that exists today."), field=field)


def _stop(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    assert isinstance(record, Stop)
    if not record.restart:
        if state.status != UnitStatus.IN_USE:
            raise Refused("not-in-use", _("Only a unit in use can be stopped."), status=409)
        return
    if state.status != UnitStatus.STOPPED:
        raise Refused("not-stopped", _("The unit is not stopped."), status=409)
    _inspected_since_stop(state, history)


def _inspected_since_stop(state: State, history: Sequence[Record]) -> None:
    """Shandong Regulation art. 20: a stopped unit passes an inspection before it restarts."""
    stops = [r.happened_on for r in history if isinstance(r, Stop) and not r.restart]
    since = max(stops)
    passed = (
        r
        for r in history
        if isinstance(r, Inspection) and r.conclusion not in FAILED and r.happened_on >= since
    )
    if next(passed, None) is None or state.use_blocked:
        raise Refused(
            "restart-needs-inspection",
            _("A stopped unit must pass an inspection before it restarts."),
            status=409,
        )


_GATES: dict[str, Callable[[Unit, Record, State, Sequence[Record]], None]] = {
    Stage.REGISTRATION: _registration,
    Stage.INSPECTION: _inspection,
    Stage.REPAIR: _work,
    Stage.TRANSFER: _transfer,
    Stage.STOP: _stop,
}
