"""What a row of an older register tells of a unit's life, as lifecycle records to be filed.

A register keeps the last of everything: the certificate, each clock's last inspection, what became
of the unit. Nobody has the papers before; ``legacy_basis`` says which register stands for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from backend.exchange.cells import Cells
from backend.exchange.words import choices_of, conclusion_of, status_of
from backend.lib.identifiers import certificate
from backend.units.fits import fit_of
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
_ENDS = frozenset(Scrap.Kind.values)
_BASIS_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Register:
    """The older register: what it is called here, and whom it may name."""

    name: str
    authorities: Mapping[str, int]
    bodies: Mapping[str, int]


@dataclass(slots=True)
class Fact:
    """One record that a row tells of. ``columns``: which column says which of its members."""

    record: Record
    columns: dict[str, str] = field(default_factory=dict)

    def column(self, member: str | None) -> str:
        """The column that says ``member``; that of the day when it says none."""
        return self.columns.get(member or "", self.columns["happened_on"])


def status_in(cells: Cells) -> str:
    """The status that the row states, empty if none; raises BadRow."""
    word = cells.text("status")
    found = status_of(word) if word else ""
    if found is None:
        text = _("Write one of these words: %(choices)s.") % {"choices": choices_of("status")}
        raise cells.bad("status", text)
    return found


def facts_of(cells: Cells, category: str, status: str, register: Register) -> list[Fact]:
    """The records that the row tells of, in their order; raises BadRow."""
    facts = [
        *_manufacture(cells),
        *_inspections(cells, category, register),
        *_registration(cells, register),
        *_ending(cells, status),
    ]
    facts.sort(key=lambda fact: fact.record.happened_on)
    return facts


def _manufacture(cells: Cells) -> Iterator[Fact]:
    maker, day = cells.text("maker"), cells.day("made_on")
    if day is not None:
        record = Manufacture(happened_on=day, maker=maker, factory_no=cells.text("factory_no"))
        yield Fact(record, {"happened_on": "made_on", "maker": "maker"})
    elif maker:
        cells.note("maker", "no-day", came=maker)


def _registration(cells: Cells, register: Register) -> Iterator[Fact]:
    number, day = cells.text("certificate_no"), cells.day("registered_on")
    if not number and day is None:
        return
    if not number:
        raise cells.bad("certificate_no", _("Give the number of the certificate beside its day."))
    if day is None:
        raise cells.bad("registered_on", _("Give the day of the certificate beside its number."))
    number = _canonical(number)
    named = cells.text("registered_by")
    authority = register.authorities.get(named)
    if named and authority is None:
        cells.note("registered_by", "authority-unknown", came=named)
    record = Registration(
        happened_on=day, kind=RegistrationKind.FIRST, certificate_no=number,
        authority_id=authority, legacy_basis=_basis(cells.line, number, day, named, register),
    )  # fmt: skip
    yield Fact(record, {"happened_on": "registered_on", "certificate_no": "certificate_no"})


def _canonical(number: str) -> str:
    """As new certificates are stored. One of another time, which fits no grammar, stays as it is."""
    try:
        return str(certificate.parse(number))
    except certificate.InvalidCertificateNumber:
        return number


def _basis(line: int, number: str, day: dt.date, authority: str, register: Register) -> str:
    text = _("%(register)s, line %(line)d: certificate %(number)s of %(day)s %(authority)s")
    words = {"register": register.name, "line": line, "number": number, "day": day}
    return (text % {**words, "authority": authority}).strip()[:_BASIS_LENGTH]


def _inspections(cells: Cells, category: str, register: Register) -> list[Fact]:
    facts = [
        _inspection(cells, clock, category, register)
        for clock in ClockKind
        if cells.any_of(f"{clock}_{part}" for part in INSPECTION_PARTS)
    ]
    grade = _grade(cells)
    if grade is not None:
        found = _graded(facts, category)
        if found is None:
            text = _("Give the inspection that found the safety grade.")
            raise cells.bad("safety_grade", text)
        found.record.safety_grade = grade  # type: ignore[attr-defined]  # an Inspection
        found.columns["safety_grade"] = "safety_grade"
    return facts


def _inspection(cells: Cells, clock: str, category: str, register: Register) -> Fact:
    on, word = cells.day(f"{clock}_on"), cells.text(f"{clock}_conclusion")
    if on is None:
        raise cells.bad(f"{clock}_on", _("Give the day of the inspection."))
    conclusion = conclusion_of(word, category)
    if conclusion is None:
        text = _("Write one of these words: %(choices)s.") % {"choices": choices_of("conclusion")}
        raise cells.bad(f"{clock}_conclusion", text)
    body = cells.text(f"{clock}_body")
    record = Inspection(
        happened_on=on, kind=clock, conclusion=conclusion, body_name=body,
        body_id=register.bodies.get(body), report_no=cells.text(f"{clock}_report_no"),
        stated_next_on=cells.due(f"{clock}_next_on"),
    )  # fmt: skip
    columns = {"happened_on": "on", "conclusion": "conclusion", "stated_next_on": "next_on"}
    return Fact(record, {member: f"{clock}_{part}" for member, part in columns.items()})


def _grade(cells: Cells) -> int | None:
    text = cells.text("safety_grade").removesuffix("级")
    if text and text not in ("1", "2", "3", "4", "5"):
        raise cells.bad("safety_grade", _("Give a safety grade from 1 to 5."))
    return int(text) if text else None


def _graded(facts: list[Fact], category: str) -> Fact | None:
    """The inspection that found the grade, else the one that repeats it, else the first of all."""
    for way in ("gives", "repeats"):
        for fact in facts:
            fit = fit_of(category, fact.record.kind)  # type: ignore[attr-defined]  # an Inspection
            if fit is not None and fit.grade == way:
                return fact
    return facts[0] if facts else None


def _ending(cells: Cells, status: str) -> Iterator[Fact]:
    """That the unit was stopped, or its end, on the day since which the register says so."""
    day = cells.day("status_on")
    if day is None:
        return
    reason = _("As the older register has it")
    columns = {"happened_on": "status_on"}
    if status == UnitStatus.STOPPED:
        yield Fact(Stop(happened_on=day, notified_on=day, reason=reason), columns)
    elif status in _ENDS:
        yield Fact(Scrap(happened_on=day, kind=status, reason=reason), columns)
