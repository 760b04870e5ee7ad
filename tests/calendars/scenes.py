"""A city and two counties, each with a clerk who calls meetings and keeps the roster, and staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from backend.accounts.models import Role, User
from backend.calendars.meeting_rooms import open_room
from backend.calendars.meetings import MeetingWords, TimeAndPlace, call_meeting
from backend.calendars.models import Duty, Meeting, MeetingRoom, Roster
from backend.calendars.rosters import begin_roster, publish_roster
from backend.calendars.shifts import open_shift, set_duty_phone
from backend.calendars.turns import fill_roster
from backend.lib import clock
from backend.lib.months import add_months, month_start
from backend.offices.models import Office
from tests.world import World, make_user, office_of


@dataclass
class Bureau:
    """Who calls, who is asked, and a room of the county."""

    world: World
    city: Office
    lixia: Office
    shizhong: Office
    city_clerk: User
    clerk: User
    leader: User
    handler: User
    mate: User
    stranger: User
    room: MeetingRoom

    def call(self, **changes: Any) -> Meeting:
        """A meeting of the county tomorrow at nine in its room, with its handler."""
        asked: dict[str, Any] = {
            "actor": self.clerk, "office": self.lixia.pk, "when": self.at(9),
            "wording": MeetingWords("电梯安全专题会"), "people": [self.handler.pk],
        }  # fmt: skip
        return call_meeting(**(asked | changes))

    def at(self, hour: int, *, hours: int = 1, days: int = 1, place: str = "") -> TimeAndPlace:
        """From ``hour`` in China on a day to come, in the room or at a place in words."""
        day = clock.today() + dt.timedelta(days=days)
        begins = dt.datetime.combine(day, dt.time(hour), clock.SHANGHAI)
        room = None if place else self.room.pk
        return TimeAndPlace(begins, begins + dt.timedelta(hours=hours), room, place)

    def draft(self, *, months: int = 1, **changes: Any) -> Roster:
        """The county's roster of a month to come, filled by turns: the leader leads."""
        asked: dict[str, Any] = {
            "leaders": [self.leader.pk], "people": [self.handler.pk, self.mate.pk],
        } | changes  # fmt: skip
        roster, _new = begin_roster(
            actor=self.clerk, office=self.lixia.pk, month=next_month(months)
        )
        return fill_roster(actor=self.clerk, roster=roster.pk, **asked)

    def roster(self, **changes: Any) -> Roster:
        """The same, published."""
        return publish_roster(actor=self.clerk, roster=self.draft(**changes).pk)

    def duty(self, roster: Roster, person: User, number: int = 0) -> Duty:
        """The first, or a later, duty of somebody in a roster."""
        rows = roster.duties.filter(person=person, ended_at=None, leads=False)
        return rows.order_by("day")[number]


def next_month(months: int = 1) -> dt.date:
    """The first day of a month to come."""
    return add_months(month_start(clock.today()), months)


def build_bureau(world: World) -> Bureau:
    """Everything above, in the database of the running test."""
    city, lixia, shizhong = map(office_of, (world.city, world.lixia, world.shizhong))
    clerk = make_user("clerk", Role.CLERK, world.lixia)
    open_shift(actor=clerk, office=lixia.pk, name="全天", begins=dt.time(8, 30), hours=24, people=1)
    set_duty_phone(actor=clerk, office=lixia.pk, phone="0531-12345678")
    return Bureau(
        world=world,
        city=city,
        lixia=lixia,
        shizhong=shizhong,
        city_clerk=make_user("city-clerk", Role.CLERK, world.city),
        clerk=clerk,
        leader=make_user("leader", Role.LEADER, world.lixia),
        handler=make_user("handler", Role.HANDLER, world.lixia),
        mate=make_user("mate", Role.HANDLER, world.lixia),
        stranger=make_user("stranger", Role.CLERK, world.shizhong),
        room=open_room(actor=clerk, office=lixia.pk, name="第一会议室", place="五层"),
    )
