"""Filling a roster by turns (轮流排班): each in the order of a list, past whoever is away."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from backend.absences.days_away import days_away
from backend.accounts.models import User
from backend.calendars.models import Duty, Roster, Shift
from backend.calendars.roster_checks import days_of
from backend.calendars.rosters import (
    add_duties,
    change_roster,
    duty_of,
    end_duties,
    require_colleagues,
)
from backend.lib.months import month_end
from backend.lib.problems import Refused


class Turns:
    """People in turn: who was passed over comes first on the next day."""

    def __init__(self, people: Sequence[int]) -> None:
        self._waiting = deque(dict.fromkeys(people))

    def take(self, count: int, but: Collection[int]) -> list[int]:
        """The next ``count`` who are not among ``but``, or fewer; they go to the end."""
        taken = [person for person in self._waiting if person not in but][:count]
        for person in taken:
            self._waiting.remove(person)
            self._waiting.append(person)
        return taken


def fill_roster(
    *, actor: User, roster: int, leaders: Sequence[int], people: Sequence[int]
) -> Roster:
    """Name people by turns for every shift of a draft, instead of whoever stands there.

    Who is away on a day is passed over; where nobody is left a gap stays, which is told before it
    is published. The leader of a day leads all its shifts. Raises Refused: 403, 404; 409 ``roster-published``; 422 ``person-unknown``, ``people-missing``.
    """
    with change_roster(actor, roster) as found:
        if found.published_at is not None:
            text = _("The roster is published. Change single days, or let people swap.")
            raise Refused("roster-published", text, status=409)
        if not leaders or not people:
            raise Refused("people-missing", _("Name leaders and people."), field="people")
        require_colleagues(found.office, leaders, "leaders")
        require_colleagues(found.office, people, "people")
        end_duties(found, list(found.duties.filter(ended_at=None)))
        add_duties(found, _name_by_turns(found, leaders, people))
    return found


def _name_by_turns(roster: Roster, leaders: Sequence[int], people: Sequence[int]) -> list[Duty]:
    away = days_away({*leaders, *people}, roster.month, month_end(roster.month))
    leading, helping = Turns(leaders), Turns(people)
    shifts = list(roster.shifts.order_by("begins", "pk"))
    made: list[Duty] = []
    for day in days_of(roster):
        gone = {person for person, days in away.items() if day in days}
        leader = leading.take(1, gone)
        for shift in shifts:
            busy = _list_busy_people(roster, shift, day, made)
            made += [
                duty_of(roster, shift, day, who, leads=True) for who in leader if who not in busy
            ]
            busy = _list_busy_people(roster, shift, day, made)
            chosen = helping.take(shift.people, gone | busy)
            made += [duty_of(roster, shift, day, who, leads=False) for who in chosen]
    return made


def _list_busy_people(roster: Roster, shift: Shift, day: dt.date, made: list[Duty]) -> set[int]:
    """Who has another duty in ``made`` at the time of this shift."""
    span = duty_of(roster, shift, day, 0, leads=False)
    return {
        duty.person_id
        for duty in made
        if duty.starts_at < span.ends_at and duty.ends_at > span.starts_at
    }
