"""Who has something else at the time of a meeting: told as a warning, refused nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Coalesce

from backend.calendars.models import Duty, Meeting, Participant

MOST = 50
"""How many are told."""


class Clash(NamedTuple):
    """One person is elsewhere then; ``what`` is ``meeting`` or ``duty``, and not which."""

    person: int
    name: str
    what: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def list_clashes(
    people: Collection[int],
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    *,
    but: Meeting | None = None,
) -> list[Clash]:
    """What these people have between the two instants beside the meeting ``but``, in two questions."""
    overlaps = Q(starts_at__lt=ends_at, ends_at__gt=starts_at)
    duties = Duty.objects.standing().filter(overlaps, person__in=people).select_related("person")
    found = [
        Clash(duty.person_id, str(duty.person), "duty", duty.starts_at, duty.ends_at)
        for duty in duties.order_by("starts_at", "pk")[:MOST]
    ]
    elsewhere = Meeting.objects.still_called().filter(overlaps)
    if but is not None:
        elsewhere = elsewhere.exclude(pk=but.pk)
    comers = Participant.objects.who_come().filter(meeting__in=elsewhere)
    comers = comers.annotate(who=Coalesce("substitute", "user")).filter(who__in=people)
    rows = comers.select_related("meeting", "user", "substitute").order_by(
        "meeting__starts_at", "pk"
    )
    for row in rows[:MOST]:
        meeting, who = row.meeting, row.comer
        found.append(Clash(who.pk, str(who), "meeting", meeting.starts_at, meeting.ends_at))
    return found[:MOST]


def list_clashes_of(meeting: Meeting) -> list[Clash]:
    """What the people of a meeting have at its time elsewhere."""
    comers = Participant.objects.who_come().filter(meeting=meeting)
    people = comers.values_list(Coalesce("substitute", "user"), flat=True)
    return list_clashes(list(people), meeting.starts_at, meeting.ends_at, but=meeting)
