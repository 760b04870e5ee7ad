"""On which days somebody is away: by an absence, or because a substitute does a post of his."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from backend.absences.models import Absence
from backend.offices.models import Substitution


def days_away(
    people: Collection[int], first: dt.date, last: dt.date
) -> defaultdict[int, set[dt.date]]:
    """By person of ``people`` the days from ``first`` to ``last`` on which he is away.

    An absence without a substitute counts, and so does a substitute who was named without one.
    """
    absences = Absence.objects.within(first, last).filter(person__in=people)
    lent = Substitution.objects.filter(
        post__user__in=people, starts_on__lte=last, ends_on__gte=first
    )
    spans = absences.values_list("person", "starts_on", "ends_on").union(
        lent.values_list("post__user", "starts_on", "ends_on")
    )
    found: defaultdict[int, set[dt.date]] = defaultdict(set)
    for person, starts_on, ends_on in spans:
        begins, ends = max(starts_on, first), min(ends_on, last)
        length = (ends - begins).days + 1
        found[person] |= {begins + dt.timedelta(days=number) for number in range(length)}
    return found
