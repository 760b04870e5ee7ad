"""Deadlines of the register that are not inspections; their numbers are dated rows of data."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from backend.units.law import read_law
from backend.units.models import Unit, UnitStatus

REGISTRATION = "registration"
STOP_NOTICE = "stop_notice"


@dataclass(frozen=True, slots=True)
class Deadline:
    """``days`` after an event, of the kind that ``counting`` names, for events since a day."""

    code: str
    days: int
    counting: str
    valid_from: dt.date
    source: str
    confidence: str


@functools.cache
def load_deadlines(code: str) -> tuple[Deadline, ...]:
    """The rows of one deadline, newest first; raises LookupError for a code without any."""
    rows = [Deadline(**row) for row in read_law("deadlines")["deadline"]]
    found = sorted((r for r in rows if r.code == code), key=lambda r: r.valid_from, reverse=True)
    if not found:
        raise LookupError(code)
    return tuple(found)


def deadline_on(code: str, event: dt.date) -> Deadline:
    """The deadline as it ran for something that happened on ``event``."""
    rows = load_deadlines(code)
    return next((row for row in rows if row.valid_from <= event), rows[-1])


def registration_overdue_since(unit: Unit, today: dt.date) -> dt.date | None:
    """The first day on which ``unit`` was used unregistered for too long; None if it is not so.

    Law art. 33: register before use, or within the deadline after first use.
    """
    if unit.status != UnitStatus.UNREGISTERED or unit.first_used_on is None:
        return None
    days = deadline_on(REGISTRATION, unit.first_used_on).days
    since = unit.first_used_on + dt.timedelta(days=days + 1)
    return since if since <= today else None
