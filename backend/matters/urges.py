"""Urging (催办) whom a matter waits for: nobody of them again within half a working day."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.flows.urges import URGE
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Matter
from backend.matters.news import people_waited_for, tell_urged

NOT_AGAIN_WITHIN = dt.timedelta(hours=4)
"""Who is urged has half a working day before he is urged again."""
PEOPLE = "urged"
"""Under which name the step of an urging keeps whom it reached."""


def urge_people(matter: Matter, actor: User) -> list[int]:
    """Notify those who are asked in a held matter and were not urged just now; their keys.

    Raises Refused: 409 ``nobody-to-urge`` where the actor alone is asked; 429 ``urged-already``
    where all were urged just now.
    """
    waited_for = people_waited_for(matter) - {actor}
    if not waited_for:
        raise Refused("nobody-to-urge", _("Nobody else is waited for."), status=409)
    urged_at = _urged_lately(matter)
    people = [user for user in waited_for if user.pk not in urged_at]
    if not people:
        told = _("They were urged just now. Wait some hours.")
        wait = seconds_of_rest(min(urged_at[user.pk] for user in waited_for))
        raise Refused("urged-already", told, status=429, retry_after=wait)
    tell_urged(matter, people)
    return sorted(user.pk for user in people)


def seconds_of_rest(urged_at: dt.datetime) -> int:
    """For how long nobody is urged again who was urged then; 0 where he may be."""
    left = urged_at + NOT_AGAIN_WITHIN - clock.now()
    return max(0, int(left.total_seconds()) + 1)


def _urged_lately(matter: Matter) -> dict[int, dt.datetime]:
    """When each person was urged last who is left in peace still."""
    steps = matter.steps.filter(action=URGE, at__gt=clock.now() - NOT_AGAIN_WITHIN)
    told = steps.order_by("at").values_list(f"facts__{PEOPLE}", "at")
    return {person: at for people, at in told for person in people or ()}
