"""Days that cannot be: before any register, after today, reversed, or against other records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from backend.units.models import (
    Record,
    Registration,
    RegistrationKind,
    Repair,
    Scrap,
    Stage,
    Transfer,
)

EARLIEST = dt.date(1900, 1, 1)
"""No equipment of today is older: an earlier day is a slip, as 24/3/31 read as the year 24."""

_OF_THE_FUTURE = frozenset({"stated_next_on"})
_STEPS = (Stage.DESIGN, Stage.MANUFACTURE, Stage.INSTALLATION, Stage.REGISTRATION)
# A modification is designed, a unit that moves is installed anew: their first one is the step.
_REPEATED = frozenset({Stage.DESIGN, Stage.INSTALLATION})


class Contradiction(NamedTuple):
    """What cannot be: a stable code, a text for people, and the member that says so."""

    code: str
    text: str
    field: str


def list_contradictions(
    record: Record, history: Sequence[Record], today: dt.date
) -> Iterator[Contradiction]:
    """What is wrong with the days of ``record`` beside the records in force of its unit.

    ``history`` are those of every day, before and after it, without ``record`` and without what
    it corrects. Work before its notice is no contradiction but a violation: see ``warnings``.
    """
    for name, day in _days_of(record):
        yield from _list_impossible_days(name, day, None if name in _OF_THE_FUTURE else today)
    yield from _list_reversed_days(record)
    yield from _list_steps_out_of_order(record, history)


def check_first_use(day: dt.date | None, today: dt.date) -> None:
    """Refuse (422) a day of first use that cannot be."""
    if day is not None:
        check_day("first_used_on", day, today)


def check_day(name: str, day: dt.date, today: dt.date) -> None:
    """Refuse (422) a day before any register or after ``today``."""
    for wrong in _list_impossible_days(name, day, today):
        raise Refused(wrong.code, wrong.text, field=wrong.field)


def _list_impossible_days(
    name: str, day: dt.date, latest: dt.date | None
) -> Iterator[Contradiction]:
    if day < EARLIEST:
        text = _("The day lies before %(year)d. Write the year with four digits.")
        yield Contradiction("before-1900", text % {"year": EARLIEST.year}, name)
    if latest is not None and day > latest:
        yield Contradiction("in-the-future", _("The day lies in the future."), name)


def _days_of(record: Record) -> Iterator[tuple[str, dt.date]]:
    for field in record._meta.concrete_fields:
        if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            day = getattr(record, field.name)
            if day is not None:
                yield field.name, day


def _list_reversed_days(record: Record) -> Iterator[Contradiction]:
    """Find work that ended before it began; of a repair the record's own day is its beginning."""
    begun = (
        record.happened_on if isinstance(record, Repair) else getattr(record, "started_on", None)
    )
    ended = getattr(record, "finished_on", None)
    if begun is not None and ended is not None and ended < begun:
        text = _("The work ended before it began on %(day)s.") % {"day": begun}
        yield Contradiction("ended-before-it-began", text, "finished_on")


def _list_steps_out_of_order(record: Record, history: Sequence[Record]) -> Iterator[Contradiction]:
    """Find steps out of order: designed, then made, then installed, then registered; one day may hold them all."""
    step = _step_of(record)
    if step is None:
        return
    firsts = _first_days(history)
    if step in _REPEATED and firsts.get(step, dt.date.max) <= record.happened_on:
        return
    place = _STEPS.index(step)
    for other, day in firsts.items():
        between = {step, other} == {Stage.INSTALLATION, Stage.REGISTRATION}
        if between and any(map(_is_relocation, history)):
            continue
        if _STEPS.index(other) < place and day > record.happened_on:
            text = _("Before the %(stage)s of %(day)s, which comes first.")
        elif _STEPS.index(other) > place and day < record.happened_on:
            text = _("After the %(stage)s of %(day)s, which comes later.")
        else:
            continue
        words = text % {"stage": other.label, "day": day}
        yield Contradiction("out-of-order", words, "happened_on")


def _first_days(history: Sequence[Record]) -> dict[Stage, dt.date]:
    """The first day of each step in the history."""
    firsts: dict[Stage, dt.date] = {}
    for item in history:
        step = _step_of(item)
        if step is not None:
            firsts[step] = min(item.happened_on, firsts.get(step, dt.date.max))
    return firsts


def _step_of(record: Record) -> Stage | None:
    """The step of coming into use that the record is; of registrations only the first is one."""
    if isinstance(record, Registration) and record.kind != RegistrationKind.FIRST:
        return None
    stage = Stage(record.stage)
    return stage if stage in _STEPS else None


def _is_relocation(record: Record) -> bool:
    """Whether the unit went elsewhere, where it is installed after its first registration."""
    kinds = {Transfer.Kind.RELOCATION, RegistrationKind.RELOCATION, Scrap.Kind.MOVED_OUT}
    return isinstance(record, Registration | Transfer | Scrap) and record.kind in kinds
