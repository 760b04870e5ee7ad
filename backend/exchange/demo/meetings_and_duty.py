"""The calendars of the demonstration: rooms and meetings, duty rosters of two months, who is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from backend.absences.actions import enter_absence
from backend.accounts.models import User
from backend.address_book.actions import change_contact
from backend.calendars.answers import answer_meeting
from backend.calendars.meeting_rooms import open_room
from backend.calendars.meetings import (
    MeetingWords,
    TimeAndPlace,
    call_meeting,
    cancel_meeting,
    move_meeting,
)
from backend.calendars.models import Duty, Participant
from backend.calendars.rosters import begin_roster, publish_roster
from backend.calendars.shifts import open_shift, set_duty_phone
from backend.calendars.swaps import ask_for_swap
from backend.calendars.turns import fill_roster
from backend.exchange.demo.official_documents import children_of, office_in
from backend.lib import clock
from backend.lib.months import add_months, month_start
from backend.offices.models import Post
from backend.workdays.published import read_calendar

_ROSTERS = (
    ("370000", "clerk3", "0531-88520000", ("leader3",), ("clerk3", "handler2", "supervisor")),
    ("370100", "clerk", "0531-66610000", ("leader",), ("clerk", "officer", "operator")),
    ("370102", "clerk2", "0531-88150000", ("leader2",), ("clerk2", "handler", "registrar")),
)
"""Region, keeper, duty phone, who leads, who is on duty."""
_PHONES = (
    ("leader", "0531-66610001", "13905310011"), ("clerk", "0531-66610002", ""),
    ("officer", "0531-66610003", "13905310013"), ("leader2", "0531-88150001", "13905310021"),
    ("clerk2", "0531-88150002", ""), ("handler", "0531-88150003", "13905310023"),
    ("leader3", "0531-88520001", "13905310031"), ("clerk3", "0531-88520002", ""),
)  # fmt: skip


def keep_calendars(people: dict[str, User]) -> None:
    """Rosters first: who is absent after he was put on duty is told there."""
    for username, work_phone, mobile in _PHONES:
        change_contact(actor=people[username], work_phone=work_phone, work_mail="", mobile=mobile)
    for region, keeper, phone, leaders, helpers in _ROSTERS:
        _publish_rosters(people, region, keeper, phone, leaders, helpers)
    _ask_for_swap(people["handler"], people["registrar"])
    _call_meetings(people)
    _be_away(people)


def _publish_rosters(
    people: dict[str, User], region: str, keeper: str, phone: str, leaders: Sequence[str],
    helpers: Sequence[str],
) -> None:  # fmt: skip
    actor, office = people[keeper], office_in(region).pk
    set_duty_phone(actor=actor, office=office, phone=phone)
    open_shift(actor=actor, office=office, name="全天", begins=dt.time(8, 30), hours=24, people=1)
    for months in range(2):
        month = add_months(month_start(clock.today()), months)
        roster, _new = begin_roster(actor=actor, office=office, month=month)
        fill_roster(
            actor=actor, roster=roster.pk, leaders=[people[name].pk for name in leaders],
            people=[people[name].pk for name in helpers],
        )  # fmt: skip
        publish_roster(actor=actor, roster=roster.pk)


def _ask_for_swap(asking: User, asked: User) -> None:
    coming = Duty.objects.standing().filter(starts_at__gt=clock.now()).order_by("day")
    mine, other = (coming.filter(person=person)[0] for person in (asking, asked))
    ask_for_swap(actor=asking, duty=mine.pk, other=other.pk)


def _call_meetings(people: dict[str, User]) -> None:
    """Two of 济南 at one time, the second of which went to another room; one of the province; one cancelled."""
    city, province = office_in("370100"), office_in("370000")
    first, second = (
        open_room(actor=people["clerk"], office=city.pk, name=name, place="办公楼五层", seats=seats)
        for name, seats in (("第一会议室", 40), ("第二会议室", 16))
    )
    hall = open_room(
        actor=people["clerk3"], office=province.pk, name="报告厅", place="主楼一层", seats=200
    )
    safety = call_meeting(
        actor=people["clerk"], office=city.pk, when=_at(1, 9, first.pk), chair=people["leader"].pk,
        wording=MeetingWords("特种设备安全例会", "一、通报超期未检电梯\n二、布置应急救援演练"),
        people=[people[name].pk for name in ("officer", "leader2", "clerk2", "clerk5")],
    )  # fmt: skip
    _answer(people, safety.pk)
    drill = call_meeting(
        actor=people["clerk"], office=city.pk, when=_at(1, 14, second.pk),
        wording=MeetingWords("电梯应急救援演练筹备会"), people=[people["operator"].pk],
    )  # fmt: skip
    move_meeting(
        actor=people["clerk"], meeting=drill.pk, when=_at(1, 9, second.pk),
        reason="与例会同时召开，第一会议室已占用，改在第二会议室",
    )  # fmt: skip
    for title, days in (("全省特种设备安全监察工作会议", 3), ("气瓶充装单位座谈会", 5)):
        called = call_meeting(
            actor=people["clerk3"], office=province.pk, when=_at(days, 9, hall.pk),
            chair=people["leader3"].pk, wording=MeetingWords(title),
            people=[people["supervisor"].pk],
            offices=[office.pk for office in children_of(province)],
        )  # fmt: skip
    cancel_meeting(actor=people["clerk3"], meeting=called.pk, reason="与全国会议时间冲突")


def _answer(people: dict[str, User], meeting: int) -> None:
    comes, absent, sends = (
        Participant.Answer.COMES, Participant.Answer.ABSENT, Participant.Answer.SENDS,
    )  # fmt: skip
    answer_meeting(actor=people["leader"], meeting=meeting, answer=comes)
    answer_meeting(actor=people["clerk5"], meeting=meeting, answer=absent, reason="当天有执法检查")
    answer_meeting(
        actor=people["leader2"], meeting=meeting, answer=sends, reason="区政府会议",
        substitute=people["handler"].pk,
    )  # fmt: skip


def _be_away(people: dict[str, User]) -> None:
    """One travels while a colleague stands in; one is at a training, and nobody does."""
    today = clock.today()
    for username, reason, substitute in (
        ("handler2", "travel", people["clerk3"].pk), ("registrar", "training", None)
    ):  # fmt: skip
        person = people[username]
        posts = Post.objects.filter(user=person).values_list("pk", flat=True)
        enter_absence(
            actor=person, person=person.pk, starts_on=today, ends_on=today + dt.timedelta(days=2),
            reason=reason, substitutes=dict.fromkeys(posts, substitute),
        )  # fmt: skip


def _at(working_days: int, hour: int, room: int) -> TimeAndPlace:
    """Two hours in a room, so many working days from now."""
    calendar, day = read_calendar(), clock.today()
    while working_days:
        day += dt.timedelta(days=1)
        working_days -= calendar.is_working_day(day)
    begins = dt.datetime.combine(day, dt.time(hour), clock.SHANGHAI)
    return TimeAndPlace(begins, begins + dt.timedelta(hours=2), room)
