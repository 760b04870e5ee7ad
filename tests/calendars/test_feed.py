"""The calendar feed of a person: a secret address, stable events, nothing that is not his."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from backend.accounts.models import User
from backend.calendars.answers import answer_meeting
from backend.calendars.feeds import end_feed, renew_feed, write_address
from backend.calendars.meetings import MeetingWords, cancel_meeting, move_meeting
from backend.calendars.models import CalendarFeed, Meeting, Participant
from backend.calendars.rosters import publish_roster
from backend.calendars.swaps import agree_to_swap, ask_for_swap
from backend.lib import clock
from backend.offices.models import Post
from tests.calendars.scenes import Bureau
from tests.matters.errands import open_errand


def address_of(person: User) -> str:
    """The path of a new feed of somebody."""
    _feed, token = renew_feed(actor=person)
    return write_address(token).removeprefix(settings.PUBLIC_BASE_URL)


def events_at(address: str) -> dict[str, object]:
    """By summary the events that a reader gets."""
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["SUMMARY"]): event for event in events}


def test_the_address_is_kept_as_a_hash_and_ends_with_its_renewal(bureau: Bureau):
    first = address_of(bureau.handler)
    kept = CalendarFeed.objects.get(user=bureau.handler).digest
    assert kept not in first
    assert len(first) > 50
    second = address_of(bureau.handler)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    end_feed(actor=bureau.handler)
    assert Client().get(second).status_code == 404
    assert Client().get("/calendar/\u0000x.ics").status_code == 404


def test_who_left_has_no_feed_any_more(bureau: Bureau):
    closed, gone = address_of(bureau.handler), address_of(bureau.mate)
    User.objects.filter(pk=bureau.handler.pk).update(is_active=False)
    Post.objects.filter(user=bureau.mate).update(ends_on=clock.today() - dt.timedelta(days=1))
    assert [Client().get(address).status_code for address in (closed, gone)] == [404, 404]


def test_what_has_not_changed_is_not_sent_again(bureau: Bureau):
    address, meeting = address_of(bureau.handler), bureau.call()
    first = Client().get(address)
    kept = {"If-None-Match": first["ETag"]}
    again = Client().get(address, headers=kept)
    assert (again.status_code, again.content) == (304, b"")
    move_meeting(actor=bureau.clerk, meeting=meeting.pk, when=bureau.at(15), reason="改期")
    assert Client().get(address, headers=kept).status_code == 200


def test_the_door_is_limited(bureau: Bureau):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"public": "2/min"}
    address = address_of(bureau.handler)
    with override_settings(
        REST_FRAMEWORK=settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    ):
        codes = [Client().get(address).status_code for _try in range(3)]
    cache.clear()
    assert codes == [200, 200, 429]


def test_a_meeting_keeps_its_name_while_it_moves_and_is_cancelled(bureau: Bureau):
    title = "电梯、锅炉;安全,专题会" * 4
    meeting = bureau.call(wording=MeetingWords(title, agenda="一、通报\n二、部署"))
    address = address_of(bureau.handler)
    body = Client().get(address).content
    assert max(map(len, body.split(b"\r\n"))) <= 75
    before = events_at(address)[title]
    assert before["DTSTART"].dt == meeting.starts_at
    assert before["LOCATION"] == "第一会议室 五层"
    move_meeting(actor=bureau.clerk, meeting=meeting.pk, when=bureau.at(15), reason="改期")
    after = events_at(address)[title]
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt == bureau.at(15).starts_at
    assert after["DTSTAMP"].dt == after["LAST-MODIFIED"].dt >= before["DTSTAMP"].dt
    cancel_meeting(actor=bureau.clerk, meeting=meeting.pk, reason="不开了")
    off = events_at(address)[title]
    assert (off["UID"], off["SEQUENCE"], off["STATUS"]) == (before["UID"], 2, "CANCELLED")
    old = clock.now() - dt.timedelta(days=91)
    Meeting.objects.filter(pk=meeting.pk).update(changed_at=old)
    assert events_at(address) == {}


def test_who_stays_away_has_no_event_and_who_is_sent_has(bureau: Bureau):
    meeting = bureau.call()
    his, hers = address_of(bureau.handler), address_of(bureau.mate)
    answer_meeting(
        actor=bureau.handler, meeting=meeting.pk, answer="sends", reason="出差",
        substitute=bureau.mate.pk,
    )  # fmt: skip
    assert (list(events_at(his)), list(events_at(hers))) == ([], [meeting.title])


def test_duties_of_published_rosters_stand_there_and_a_swapped_one_is_cancelled(bureau: Bureau):
    roster, address = bureau.draft(), address_of(bureau.handler)
    assert events_at(address) == {}
    publish_roster(actor=bureau.clerk, roster=roster.pk)
    mine, other = bureau.duty(roster, bureau.handler), bureau.duty(roster, bureau.mate)
    swap = ask_for_swap(actor=bureau.handler, duty=mine.pk, other=other.pk)
    agree_to_swap(actor=bureau.mate, swap=swap.pk)
    events = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    by_day = {event["DTSTART"].dt.astimezone(clock.SHANGHAI).date(): event for event in events}
    assert by_day[mine.day]["STATUS"] == "CANCELLED"
    assert by_day[mine.day]["SEQUENCE"] == 1
    assert by_day[other.day]["STATUS"] == "CONFIRMED"


def test_due_days_name_the_matter_by_its_number_alone(bureau: Bureau, errand_kind: None):
    matter = open_errand(None, bureau.lixia, flow="errand-part")
    due_on = clock.today() + dt.timedelta(days=5)
    matter.assignments.update(due_on=due_on, person=bureau.handler)
    type(matter).objects.filter(pk=matter.pk).update(title="张建国投诉电梯困人")
    address = address_of(bureau.handler)
    body = Client().get(address).content.decode()
    assert "张建国" not in body.replace("\r\n ", "")
    (event,) = events_at(address).values()
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (due_on, due_on + dt.timedelta(days=1))
    matter.assignments.update(state="done")
    assert events_at(address) == {}


@pytest.mark.parametrize("count", [1000])
def test_a_thousand_events_cost_as_many_questions_as_one(bureau: Bureau, count: int):
    address = address_of(bureau.handler)
    bureau.call()

    def ask() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert len(events_of(address)) >= 1
        return len(caught)

    few = ask()
    now, begins = clock.now(), bureau.at(9).starts_at
    meetings = Meeting.objects.bulk_create(
        Meeting(
            office=bureau.lixia, title=f"会议{number}", starts_at=begins, chair=bureau.clerk,
            ends_at=begins + dt.timedelta(hours=1), place="市局", called_by=bureau.clerk,
            called_at=now, changed_at=now,
        )
        for number in range(count)
    )  # fmt: skip
    Participant.objects.bulk_create(
        Participant(meeting=meeting, user=bureau.handler) for meeting in meetings
    )
    assert ask() == few
    assert len(events_of(address)) == count + 1


def events_of(address: str) -> list[str]:
    return Client().get(address).content.decode().split("BEGIN:VEVENT")[1:]
