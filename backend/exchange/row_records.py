"""What a row of an older register tells of a unit's life, as lifecycle records to be filed.

A register keeps the last of everything: the certificate, each clock's last inspection, what became
of the unit. Nobody has the papers before; ``legacy_basis`` says which register stands for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from backend.exchange.register_words import allowed_words, find_conclusion, find_status
from backend.exchange.row_cells import RowCells
from backend.lib.identifiers import certificate
from backend.units.allowed_inspections import find_allowed_inspection
from backend.units.models import (
    Inspection,
    Manufacture,
    Record,
    Registration,
    RegistrationKind,
    Scrap,
    Stop,
    UnitStatus,
)
from backend.units.models.clocks import ClockKind

INSPECTION_PARTS = ("on", "conclusion", "next_on", "report_no", "body")
_COLUMNS_OF_CLOCKS = {
    clock: frozenset(f"{clock}_{part}" for part in INSPECTION_PARTS) for clock in ClockKind.values
}
_COLUMNS = frozenset(
    ("made_on", "maker", "certificate_no", "registered_on", "safety_grade", "status_on")
).union(*_COLUMNS_OF_CLOCKS.values())
"""The columns of which each tells of a record; all others only tell more of one."""
_ENDS = frozenset(Scrap.Kind.values)
_BASIS_LENGTH = 200


@dataclass(frozen=True, slots=True)
class OlderRegister:
    """The older register: what it is called here, and whom it may name."""

    name: str
    authorities: Mapping[str, int]
    bodies: Mapping[str, int]


@dataclass(slots=True)
class RowRecord:
    """One record that a row tells of. ``columns``: which column says which of its members."""

    record: Record
    columns: dict[str, str] = field(default_factory=dict)

    def column(self, member: str | None) -> str:
        """The column that says ``member``; that of the day when it says none."""
        return self.columns.get(member or "", self.columns["happened_on"])


def read_status(cells: RowCells) -> str:
    """The status that the row states, empty if none; raises BadRow."""
    word = cells.text("status")
    found = find_status(word) if word else ""
    if found is None:
        text = _("Write one of these words: %(choices)s.") % {"choices": allowed_words("status")}
        raise cells.bad_row("status", text)
    return found


def read_row_records(
    cells: RowCells, category: str, status: str, register: OlderRegister
) -> list[RowRecord]:
    """The records that the row tells of, in their order; raises BadRow."""
    if not cells.says_any_of(_COLUMNS):
        return []
    facts = [
        *_read_manufacture(cells),
        *_read_inspections(cells, category, register),
        *_read_registration(cells, register),
        *_read_stop_or_scrap(cells, status),
    ]
    facts.sort(key=lambda fact: fact.record.happened_on)
    return facts


def _read_manufacture(cells: RowCells) -> Iterator[RowRecord]:
    maker, day = cells.text("maker"), cells.day("made_on")
    if day is not None:
        record = Manufacture(happened_on=day, maker=maker, factory_no=cells.text("factory_no"))
        yield RowRecord(record, {"happened_on": "made_on", "maker": "maker"})
    elif maker:
        cells.add_note("maker", "no-day", came=maker)


def _read_registration(cells: RowCells, register: OlderRegister) -> Iterator[RowRecord]:
    number, day = cells.text("certificate_no"), cells.day("registered_on")
    if not number and day is None:
        return
    if not number:
        raise cells.bad_row(
            "certificate_no", _("Give the number of the certificate beside its day.")
        )
    if day is None:
        raise cells.bad_row(
            "registered_on", _("Give the day of the certificate beside its number.")
        )
    number = _canonical_certificate_no(number)
    named = cells.text("registered_by")
    authority = register.authorities.get(named)
    if named and authority is None:
        cells.add_note("registered_by", "authority-unknown", came=named)
    record = Registration(
        happened_on=day, kind=RegistrationKind.FIRST, certificate_no=number,
        authority_id=authority, legacy_basis=_legacy_basis(cells.line, number, day, named, register),
    )  # fmt: skip
    yield RowRecord(record, {"happened_on": "registered_on", "certificate_no": "certificate_no"})


def _canonical_certificate_no(number: str) -> str:
    """The number as new certificates are stored; an old one that fits no grammar stays as it is."""
    try:
        return str(certificate.parse(number))
    except certificate.InvalidCertificateNumber:
        return number


def _legacy_basis(
    line: int, number: str, day: dt.date, authority: str, register: OlderRegister
) -> str:
    text = _("%(register)s, line %(line)d: certificate %(number)s of %(day)s %(authority)s")
    words = {"register": register.name, "line": line, "number": number, "day": day}
    return (text % {**words, "authority": authority}).strip()[:_BASIS_LENGTH]


def _read_inspections(cells: RowCells, category: str, register: OlderRegister) -> list[RowRecord]:
    facts = [
        _read_inspection(cells, clock, category, register)
        for clock, columns in _COLUMNS_OF_CLOCKS.items()
        if cells.says_any_of(columns)
    ]
    grade = _read_safety_grade(cells)
    if grade is not None:
        found = _find_graded_inspection(facts, category)
        if found is None:
            text = _("Give the inspection that found the safety grade.")
            raise cells.bad_row("safety_grade", text)
        found.record.safety_grade = grade  # type: ignore[attr-defined]  # an Inspection
        found.columns["safety_grade"] = "safety_grade"
    return facts


def _read_inspection(
    cells: RowCells, clock: str, category: str, register: OlderRegister
) -> RowRecord:
    on, word = cells.day(f"{clock}_on"), cells.text(f"{clock}_conclusion")
    if on is None:
        raise cells.bad_row(f"{clock}_on", _("Give the day of the inspection."))
    conclusion = find_conclusion(word, category)
    if conclusion is None:
        text = _("Write one of these words: %(choices)s.") % {
            "choices": allowed_words("conclusion")
        }
        raise cells.bad_row(f"{clock}_conclusion", text)
    body = cells.text(f"{clock}_body")
    record = Inspection(
        happened_on=on, kind=clock, conclusion=conclusion, body_name=body,
        body_id=register.bodies.get(body), report_no=cells.text(f"{clock}_report_no"),
        stated_next_on=cells.due_day(f"{clock}_next_on"),
    )  # fmt: skip
    columns = {"happened_on": "on", "conclusion": "conclusion", "stated_next_on": "next_on"}
    return RowRecord(record, {member: f"{clock}_{part}" for member, part in columns.items()})


def _read_safety_grade(cells: RowCells) -> int | None:
    text = cells.text("safety_grade").removesuffix("级")
    if text and text not in ("1", "2", "3", "4", "5"):
        raise cells.bad_row("safety_grade", _("Give a safety grade from 1 to 5."))
    return int(text) if text else None


def _find_graded_inspection(inspections: list[RowRecord], category: str) -> RowRecord | None:
    """The inspection that found the grade, else the one that repeats it, else the first of all."""
    for way in ("gives", "repeats"):
        for fact in inspections:
            fit = find_allowed_inspection(category, fact.record.kind)  # type: ignore[attr-defined]  # an Inspection
            if fit is not None and fit.grade == way:
                return fact
    return inspections[0] if inspections else None


def _read_stop_or_scrap(cells: RowCells, status: str) -> Iterator[RowRecord]:
    """The record that the unit was stopped, or ended, on the day that the row gives for it."""
    day = cells.day("status_on")
    if day is None:
        return
    reason = _("As the older register has it")
    columns = {"happened_on": "status_on"}
    if status == UnitStatus.STOPPED:
        yield RowRecord(Stop(happened_on=day, notified_on=day, reason=reason), columns)
    elif status in _ENDS:
        yield RowRecord(Scrap(happened_on=day, kind=status, reason=reason), columns)
