"""Who is on duty: of one's own offices today, and of every office below on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from backend.accounts.models import User
from backend.calendars.models import Duty, DutyDesk
from backend.offices.models import Office, OfficeQuerySet
from backend.offices.seats import Seats


class OfficeDuty(NamedTuple):
    """One office with its phone, and who is on duty there; nobody where no roster says so."""

    office: Office
    phone: str
    duties: list[Duty]


def duty_of_own_offices(user: User, day: dt.date) -> list[OfficeDuty]:
    """Of the offices of ``user`` and those above, the ones that name people for ``day``."""
    lines = {int(key) for seat in Seats.of(user).seats for key in seat.path.split("/") if key}
    seen = Office.objects.filter(pk__in=lines)
    return [one for one in duty_of_offices(user, seen, day) if one.duties]


def authorities_of_line(user: User) -> OfficeQuerySet:
    """The authorities of the line of ``user``, whose duty he looks at together."""
    return Office.objects.of_authorities().filter(pk__in=Seats.of(user).offices_and_descendants())


def phone_by_office(offices: Collection[Office]) -> dict[int, str]:
    """The telephone of the duty of each of ``offices`` that has told one, by its key."""
    told = DutyDesk.objects.filter(office__in=offices)
    return dict(told.values_list("office", "phone"))


def duty_of_offices(user: User, offices: OfficeQuerySet, day: dt.date) -> list[OfficeDuty]:
    """The duty of each of ``offices`` on ``day`` that ``user`` sees, from the top down, in three
    questions."""
    shown = list(offices.in_force(day).order_by("path"))
    by_office: defaultdict[int, list[Duty]] = defaultdict(list)
    duties = Duty.objects.visible_to(user).filter(day=day, roster__office__in=shown)
    for duty in duties.select_related("roster", "person", "shift").order_by("starts_at", "-leads"):
        by_office[duty.roster.office_id].append(duty)
    phones = phone_by_office(shown)
    return [OfficeDuty(office, phones.get(office.pk, ""), by_office[office.pk]) for office in shown]
