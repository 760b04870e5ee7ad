"""Who is on duty over a holiday (节假日值班表): of an office and all below it, day by day, and what lacks."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.models import Duty, Roster, Shift
from backend.calendars.on_duty import phone_by_office
from backend.calendars.roster_checks import list_gaps
from backend.lib import clock
from backend.lib.months import month_start
from backend.offices.models import Office, OfficeQuerySet
from backend.workdays.published import read_calendar
from backend.workdays.year_tables import Holiday


class HolidayDay(NamedTuple):
    """One day: who is on duty, the first shift and its leader first, and what lacks in words."""

    day: dt.date
    duties: list[Duty]
    lacks: list[str]


class OfficeHoliday(NamedTuple):
    """The holiday of one office, with the telephone of its duty."""

    office: Office
    phone: str
    days: list[HolidayDay]

    @property
    def lacking(self) -> list[HolidayDay]:
        """The days on which somebody lacks."""
        return [one for one in self.days if one.lacks]


def holidays_to_plan() -> list[Holiday]:
    """The holidays from New Year of this year to the end of the next one."""
    year = clock.today().year
    return read_calendar().holidays_between(dt.date(year, 1, 1), dt.date(year + 1, 12, 31))


def next_holiday() -> Holiday:
    """The one that is on, or the next to come."""
    return next(one for one in holidays_to_plan() if one.last >= clock.today())


def read_holiday_duty(user: User, offices: OfficeQuerySet, holiday: Holiday) -> list[OfficeHoliday]:
    """The holiday of each of ``offices``, from the top down, as far as ``user`` sees their published
    rosters; in as many questions for many as for one."""
    shown = list(offices.in_force(holiday.first).order_by("path"))
    rosters = {
        (roster.office_id, roster.month): roster
        for roster in _published_rosters(user, holiday).filter(office__in=shown)
    }
    phones = phone_by_office(shown)
    return [
        OfficeHoliday(
            office,
            phones.get(office.pk, ""),
            [_describe(day, rosters.get((office.pk, month_start(day)))) for day in holiday.days()],
        )
        for office in shown
    ]


def _published_rosters(user: User, holiday: Holiday) -> QuerySet[Roster]:
    months = {month_start(day) for day in holiday.days()}
    duties = Duty.objects.filter(
        ended_at=None, day__gte=holiday.first, day__lte=holiday.last
    ).select_related("person__contact", "shift")
    rosters = Roster.objects.visible_to(user).filter(month__in=months, published_at__isnull=False)
    return rosters.select_related("office__duty_desk").prefetch_related(
        Prefetch("duties", duties.order_by("starts_at", "-leads", "pk")),
        Prefetch("shifts", Shift.objects.order_by("begins", "pk")),
    )


def _describe(day: dt.date, roster: Roster | None) -> HolidayDay:
    if roster is None:
        return HolidayDay(day, [], [_("no roster is published")])
    duties = [duty for duty in roster.duties.all() if duty.day == day]
    gaps = list_gaps(roster.shifts.all(), [day], duties)
    return HolidayDay(day, duties, [fault.text for fault in gaps])
