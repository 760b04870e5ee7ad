"""What is wrong with a roster: nobody named, too few, somebody in two places, somebody away."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from django.utils.translation import gettext as _

from backend.calendars.models import Duty, Roster
from backend.lib.months import month_end
from backend.offices.models import Substitution


class Fault(NamedTuple):
    """What keeps a roster from being published: ``gap`` or ``double``."""

    code: str
    day: dt.date
    text: str


class Away(NamedTuple):
    """Somebody is on duty on a day on which a substitute does his work: told, and not refused."""

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
    return sorted(
        [*_list_gaps(roster, duties), *_list_double_duties(roster, duties)], key=lambda one: one.day
    )


def list_absences_during_duty(roster: Roster) -> list[Away]:
    """Who is on duty on a day on which he is away, as far as substitutions tell."""
    away = days_away({duty.person_id for duty in roster.duties.filter(ended_at=None)}, roster)
    duties = roster.duties.filter(ended_at=None).select_related("person").order_by("day", "pk")
    return [
        Away(duty.day, duty.person_id, str(duty.person))
        for duty in duties
        if duty.day in away[duty.person_id]
    ]


def days_away(people: set[int], roster: Roster) -> defaultdict[int, set[dt.date]]:
    """By person the days of the month on which somebody else does a post of his."""
    first, last = roster.month, month_end(roster.month)
    lent = Substitution.objects.filter(
        post__user__in=people, starts_on__lte=last, ends_on__gte=first
    )
    found: defaultdict[int, set[dt.date]] = defaultdict(set)
    for person, starts_on, ends_on in lent.values_list("post__user", "starts_on", "ends_on"):
        begins, ends = max(starts_on, first), min(ends_on, last)
        found[person] |= {
            begins + dt.timedelta(days=number) for number in range((ends - begins).days + 1)
        }
    return found


def _list_gaps(roster: Roster, duties: list[Duty]) -> Iterator[Fault]:
    named = Counter((duty.day, duty.shift_id, duty.leads) for duty in duties)
    for shift, day in product(roster.shifts.order_by("begins", "pk"), days_of(roster)):
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
