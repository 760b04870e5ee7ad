"""What is wrong with a roster: nobody named, too few, somebody in two places, somebody away."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from django.utils.translation import gettext as _

from backend.absences.days_away import days_away
from backend.calendars.models import Duty, Roster, Shift
from backend.lib.months import month_end


class Fault(NamedTuple):
    """What keeps a roster from being published: ``gap`` or ``double``."""

    code: str
    day: dt.date
    text: str


class Away(NamedTuple):
    """Somebody is on duty on a day on which he is away: told, and not refused."""

    day: dt.date
    person: int
    name: str


def days_of(roster: Roster) -> list[dt.date]:
    """The days of its month."""
    length = month_end(roster.month).day
    return [roster.month + dt.timedelta(days=number) for number in range(length)]


def list_roster_faults(roster: Roster) -> list[Fault]:
    """Gaps and doubles, by day."""
    duties = list(roster.duties.filter(ended_at=None).select_related("person"))
    shifts = roster.shifts.order_by("begins", "pk")
    gaps = list_gaps(shifts, days_of(roster), duties)
    return sorted([*gaps, *_list_double_duties(roster, duties)], key=lambda one: one.day)


def list_absences_during_duty(roster: Roster) -> list[Away]:
    """Who is on duty on a day on which he is away, by day."""
    rows = roster.duties.filter(ended_at=None).select_related("person").order_by("day", "pk")
    duties = list(rows)
    people = {duty.person_id for duty in duties}
    away = days_away(people, roster.month, month_end(roster.month))
    return [
        Away(duty.day, duty.person_id, str(duty.person))
        for duty in duties
        if duty.day in away[duty.person_id]
    ]


def list_gaps(
    shifts: Iterable[Shift], days: Iterable[dt.date], duties: Iterable[Duty]
) -> Iterator[Fault]:
    """Which of these shifts lack a leader or people on which of the days."""
    named = Counter((duty.day, duty.shift_id, duty.leads) for duty in duties)
    for shift, day in product(shifts, days):
        facts: dict[str, object] = {"day": day.isoformat(), "shift": shift.name}
        if not named[day, shift.pk, True]:
            yield Fault("gap", day, _("%(day)s %(shift)s: nobody leads") % facts)
        missing = shift.people - named[day, shift.pk, False]
        if missing > 0:
            text = _("%(day)s %(shift)s: %(missing)d too few")
            yield Fault("gap", day, text % (facts | {"missing": missing}))


def _list_double_duties(roster: Roster, duties: list[Duty]) -> Iterator[Fault]:
    """Who is on duty at the same time by another published roster; within one nobody can be."""
    if not duties:
        return
    others = (
        Duty.objects.standing()
        .exclude(roster=roster)
        .filter(
            person__in={duty.person_id for duty in duties},
            starts_at__lt=max(duty.ends_at for duty in duties),
            ends_at__gt=min(duty.starts_at for duty in duties),
        )
    )
    spans: defaultdict[int, list[Duty]] = defaultdict(list)
    for other in others.select_related("roster__office"):
        spans[other.person_id].append(other)
    for duty in duties:
        for other in spans[duty.person_id]:
            if other.starts_at < duty.ends_at and other.ends_at > duty.starts_at:
                facts = {"day": duty.day, "name": duty.person, "office": other.roster.office}
                text = _("%(day)s: %(name)s is on duty for %(office)s at that time")
                yield Fault("double", duty.day, text % facts)
