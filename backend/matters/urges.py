"""Urging (催办) whom a matter waits for: nobody of them twice on a day."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.flows.urges import URGE
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Matter
from backend.matters.news import people_waited_for, tell_urged

PEOPLE = "urged"
"""Under which name the step of an urging keeps whom it reached."""


def urge_people(matter: Matter, actor: User) -> list[int]:
    """Notify those who are asked in a held matter and were not urged today; their keys.

    Raises Refused: 409 ``nobody-to-urge`` where the actor alone is asked; 429 ``urged-already``
    where all were urged today.
    """
    waited_for = people_waited_for(matter) - {actor}
    if not waited_for:
        raise Refused("nobody-to-urge", _("Nobody but you is asked."), status=409)
    urged = _urged_today(matter)
    people = [user for user in waited_for if user.pk not in urged]
    if not people:
        told = _("Whoever is asked was urged today. Urge again tomorrow.")
        left = clock.end_of(clock.today()) - clock.now()
        raise Refused("urged-already", told, status=429, retry_after=int(left.total_seconds()) + 1)
    tell_urged(matter, people)
    return sorted(user.pk for user in people)


def _urged_today(matter: Matter) -> set[int]:
    yesterday = clock.today() - dt.timedelta(days=1)
    steps = matter.steps.filter(action=URGE, at__gt=clock.end_of(yesterday))
    told = steps.values_list(f"facts__{PEOPLE}", flat=True)
    return {person for people in told for person in people or ()}
